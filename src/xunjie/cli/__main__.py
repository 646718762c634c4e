"""`python -m xunjie.cli`: the same as the installed command."""

from xunjie.cli import main

if __name__ == "__main__":
    main()
