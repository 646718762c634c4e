"""A procedural street: meshes, a small rasteriser, labelled training pictures and the demo clip.

World axes: x along the street (right when facing the shops), y from the road to the shops, z up;
metres. The kerb of the far pavement is y = 0, the road has y < 0, the road surface is z = 0.
"""
