#!/bin/sh
# The second verifier: the same verdict as `xunjie verify`, without Python and without our code.
#
#   verify_package.sh PACKAGE TRUST.json
#
# Exit 0: VERIFIED and the digest. 1: REFUSED, the step and why. 2: wrong usage or trust file.
# It needs openssl 3, sed and coreutils. The steps are those of docs/evidence-format.md. Reading
# with fixed patterns is strict here: signed texts are canonical JSON of one shape in plain ASCII.
set -u
LC_ALL=C
export LC_ALL
umask 077

ID='[A-Za-z0-9][A-Za-z0-9._:@+-]{0,127}'
PACKAGE_ID='[A-Za-z0-9][A-Za-z0-9._-]{0,127}'
NAME='[A-Za-z0-9_]([A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?'
HASH='[0-9a-f]{64}'
UTC='(19[7-9][0-9]|2[0-9]{3})-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?Z'
TAGS='bag-info\.txt|bagit\.txt|manifest-sha256\.txt|tagmanifest-sha256\.txt'
TYPE='application/vnd.in-toto+json'

refuse() {
    printf 'REFUSED %s: step %s: %s\n' "$package" "$1" "$2"
    exit 1
}

wrong() {
    printf 'error: %s\n' "$1" >&2
    exit 2
}

# are_utc < TIMES: every line spelled like our times, and a day that exists.
are_utc() {
    cat >"$work/times"
    [ -z "$(sed -E "/^$UTC\$/d" "$work/times")" ] || return 1
    sed 's/T.*//' "$work/times" | date -u -f - >/dev/null 2>&1
}

# is_before A B: with nine decimals times order like their texts.
is_before() {
    case $1 in *.*) a=${1%Z} ;; *) a=${1%Z}. ;; esac
    case $2 in *.*) b=${2%Z} ;; *) b=${2%Z}. ;; esac
    expr "$(printf '%.29s' "${a}000000000")" \< "$(printf '%.29s' "${b}000000000")" >/dev/null
}

# odd_bytes FILE: how many bytes are not printable ASCII.
odd_bytes() {
    tr -d '\040-\176' <"$1" | wc -c
}

# decode TEXT FILE: base64 in its one spelling.
decode() {
    printf '%s' "$1" | base64 -d >"$2" 2>/dev/null && [ "$(base64 -w 0 "$2")" = "$1" ]
}

read_trust() {
    [ -f "$trust" ] && [ -r "$trust" ] || wrong "$trust: cannot read the trust file"
    [ "$(stat -L -c %s "$trust")" -le 4194304 ] || wrong "$trust: too large"
    [ "$(tr -d '\011\012\015\040-\133\135-\176' <"$trust" | wc -c)" -eq 0 ] || wrong "$trust: odd characters"
    # With every quoted text taken out no quote may be left: texts hold no white space.
    rest=$(tr '\011\012\015' '   ' <"$trust" | sed -E 's/"[^" ]*"/T/g')
    case $rest in *\"*) wrong "$trust: white space in a text" ;; esac
    tr -d '\011\012\015\040' <"$trust" >"$work/trust"
    keys=$(sed -nE 's/^.*"keys":\[([^]]*)\].*$/\1/p' "$work/trust")
    frame=$(sed -E 's/"keys":\[[^]]*\]/"keys"/; s/^\{//; s/\}$//' "$work/trust" | tr ',' '\n' | sort)
    [ "$frame" = "$(printf '"format":"xunjie-trust/1"\n"keys"\n"threshold":1')" ] || wrong "$trust: not xunjie-trust/1 with threshold 1"
    : >"$work/keys"
    [ -n "$keys" ] || return 0
    case $keys in \{*\}) ;; *) wrong "$trust: keys" ;; esac
    printf '%s\n' "$keys" | sed -E 's/^\{//; s/\}$//; s/\},\{/\n/g' >"$work/objects"
    while IFS= read -r object; do read_key "$object"; done <"$work/objects" >"$work/keys"
    [ -z "$(cut -d ' ' -f 1 "$work/keys" | sort | uniq -d)" ] || wrong "$trust: a key stands twice"
    [ -z "$(sed -E "/^$HASH $ID [A-Za-z0-9+\\/]{43}= [^ ]+ [^ ]+ [^ ]+\$/d" "$work/keys")" ] || wrong "$trust: odd key entry"
    cut -d ' ' -f 4- "$work/keys" | tr ' ' '\n' | sed '/^null$/d' | are_utc || wrong "$trust: odd time"
    while read -r key_id _ public _ from to; do
        [ "$to" = null ] || is_before "$from" "$to" || wrong "$trust: valid_to is not after valid_from"
        decode "$public" "$work/raw" || wrong "$trust: bad base64"
        [ "$(sha256sum <"$work/raw")" = "$key_id  -" ] || wrong "$trust: key_id is not the sha256 of public_key"
    done <"$work/keys"
}

# read_key OBJECT: prints its six values in one order; only revoked and valid_to may be null.
read_key() {
    key_id='' device_id='' public_key='' revoked='' valid_from='' valid_to=''
    IFS=,
    set -f
    # shellcheck disable=SC2086  # splitting at commas is meant; -f keeps * from expanding
    set -- $1
    set +f
    unset IFS
    [ $# -eq 6 ] || wrong "$trust: expected six members in $*"
    for member in "$@"; do
        value=${member#*:\"}
        value=${value%\"}
        case $member in
        \"revoked\":\"null\" | \"valid_from\":\"null\" | \"valid_to\":\"null\") wrong "$trust: $member" ;;
        \"key_id\":\"*\") key_id=$value ;;
        \"device_id\":\"*\") device_id=$value ;;
        \"public_key\":\"*\") public_key=$value ;;
        \"revoked\":\"*\") revoked=$value ;;
        \"revoked\":null) revoked=null ;;
        \"valid_from\":\"*\") valid_from=$value ;;
        \"valid_to\":\"*\") valid_to=$value ;;
        \"valid_to\":null) valid_to=null ;;
        *) wrong "$trust: unknown member $member" ;;
        esac
    done
    printf '%s %s %s %s %s %s\n' "$key_id" "$device_id" "$public_key" "$revoked" "$valid_from" "$valid_to"
}

# walk FOLDER PREFIX DEPTH: prints every file; 1 and a sentence as last line if an entry is odd.
walk() (
    count=0
    for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        [ -e "$entry" ] || [ -L "$entry" ] || continue
        count=$((count + 1))
        name=${entry##*/}
        case $name in
        *[!A-Za-z0-9._-]* | [.-]* | *.) echo "bad name in ${2:-the package}" && exit 1 ;;
        esac
        if [ "$count" -gt 257 ] || [ "$3" -gt 4 ] || [ "${#name}" -gt 64 ]; then
            echo "too many files, too deep or too long a name" && exit 1
        elif [ -L "$entry" ]; then
            echo "$2$name: a link" && exit 1
        elif [ -d "$entry" ]; then
            walk "$entry" "$2$name/" $(($3 + 1)) || exit 1
        elif [ -f "$entry" ]; then
            echo "$2$name"
        else
            echo "$2$name: not a regular file" && exit 1
        fi
    done
    [ "$count" -gt 0 ] || { echo "${2:-the package}: an empty folder" && exit 1; }
)

list_files() {
    walk "$package" "" 1 >"$work/walked" || refuse 2 "$(sed -n '$p' "$work/walked")"
    [ "$(wc -l <"$work/walked")" -le 257 ] || refuse 2 "too many files"
    sort "$work/walked" >"$work/found"
    # shellcheck disable=SC2046  # the names were found to be plain
    (cd "$package" && stat -c '%h %s %n' $(cat "$work/found")) >"$work/stat" || refuse 2 "unreadable"
    [ -z "$(sed '/^1 /d' "$work/stat")" ] || refuse 2 "a file has several names"
}

open_envelope() {
    envelope=$package/envelope.dsse.json
    [ -f "$envelope" ] || refuse 3 "envelope.dsse.json is not there"
    [ "$(stat -c %s "$envelope")" -le 1048576 ] || refuse 3 "envelope too large"
    cp "$envelope" "$work/envelope" 2>/dev/null || refuse 3 "envelope unreadable"
    [ "$(odd_bytes "$work/envelope")" -eq 0 ] || refuse 3 "envelope is not canonical"
    # GNU sed gives back what lacks a final newline without one, and `read` would miss it.
    { cat "$work/envelope" && echo; } | sed -nE 's#^\{"payload":"([A-Za-z0-9+/]+={0,2})","payloadType":"application/vnd\.in-toto\+json","signatures":\[\{"keyid":"('"$HASH"')","sig":"([A-Za-z0-9+/]{86}==)"\}\]\}$#\1 \2 \3#p' >"$work/parts"
    IFS=' ' read -r payload keyid sig <"$work/parts" || refuse 3 "envelope is not strict DSSE with one signature of $TYPE"
    decode "$payload" "$work/payload" && decode "$sig" "$work/sig" || refuse 3 "bad base64"
}

check_signature() {
    [ -s "$work/keys" ] || refuse 4 "the trust file names no key at all"
    read -r _ key_device public revoked from to <<KEY
$(sed -n "/^$keyid /p" "$work/keys")
KEY
    [ -n "$public" ] || refuse 4 "unknown key $keyid"
    [ "$revoked" = null ] || refuse 4 "revoked key $keyid"
    decode "$public" "$work/raw"
    { printf '\060\052\060\005\006\003\053\145\160\003\041\000' && cat "$work/raw"; } >"$work/key.der"
    { printf 'DSSEv1 %d %s %d ' "${#TYPE}" "$TYPE" "$(stat -c %s "$work/payload")" && cat "$work/payload"; } >"$work/signed"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$work/signed" -sigfile "$work/sig" >/dev/null 2>&1 ||
        refuse 5 "the signature does not hold"
}

read_statement() {
    bad="the statement is not of the known form and version"
    [ "$(stat -c %s "$work/payload")" -le 524288 ] || refuse 6 "statement too large"
    [ "$(odd_bytes "$work/payload")" -eq 0 ] || refuse 6 "$bad"
    { cat "$work/payload" && echo; } | sed -nE 's#^\{"_type":"https://in-toto\.io/Statement/v1","predicate":\{"algorithms":\{"canonical_json":"rfc8785","digest":"sha256","envelope":"dsse-v1","signature":"ed25519"\},"created_utc":"([0-9TZ.:-]*)","device_id":"('"$ID"')","format_version":1,"package_id":"('"$PACKAGE_ID"')","prev":(null|"'"$HASH"'"),"seq":(0|[1-9][0-9]{0,15}),"sizes":\{([^{}]*)\},"timestamp":\{"reason":"[^"\\]{1,200}","status":"none"\},"violation_id":"('"$ID"')"\},"predicateType":"https://xunjie\.invalid/evidence/v1","subject":\[\{(.*)\}\]\}$#\1\n\2\n\3\n\4\n\5\n\7\n\6\n\8#p' >"$work/statement"
    [ -s "$work/statement" ] || refuse 6 "$bad"
    {
        read -r created && read -r device && read -r package_id && read -r prev
        read -r seq && read -r violation_id
    } <"$work/statement"
    printf '%s\n' "$created" | are_utc || refuse 6 "$bad"
    [ "$seq" -le 9007199254740991 ] || refuse 6 "$bad"
    case $seq:$prev in 0:null | [1-9]*:\"*) ;; *) refuse 6 "prev and seq disagree" ;; esac
    read_files
}

read_files() {
    sed -n 7p "$work/statement" | tr ',' '\n' | sed -E 's/^"([^"]*)":(0|[1-9][0-9]{0,9})$/\2 \1/; t; s/.*/bad/' >"$work/sizes"
    sed -n 8p "$work/statement" | sed 's/},{/\n/g' |
        sed -E 's#^"digest":\{"sha256":"('"$HASH"')"\},"name":"('"$TAGS"'|data(/'"$NAME"'){1,3})"$#\1  \2#; t; s/.*/bad/' >"$work/sums"
    cut -c 67- "$work/sums" >"$work/paths"
    sed 's/^[0-9]* //' "$work/sizes" | cmp -s - "$work/paths" || refuse 6 "$bad"
    sort -c -u "$work/paths" 2>/dev/null || refuse 6 "files not in ascending order"
    [ "$(wc -l <"$work/paths")" -le 256 ] || refuse 6 "too many files"
    for path in bag-info.txt bagit.txt data/violation.json manifest-sha256.txt tagmanifest-sha256.txt; do
        has_path "$path" || refuse 6 "$path is not among the files"
    done
    tr 'A-Z' 'a-z' <"$work/paths" | sort >"$work/lower"
    [ -z "$(uniq -d "$work/lower")" ] || refuse 6 "paths differ by case only"
    { sed -n 's#/[^/]*$##p' "$work/lower" && sed -n 's#/[^/]*/[^/]*$##p' "$work/lower"; } | sort -u >"$work/parents"
    [ -z "$(comm -12 "$work/lower" "$work/parents")" ] || refuse 6 "a file stands where a folder must"
    while read -r size path; do
        [ "$size" -le 4294967296 ] || refuse 6 "$path: too large"
    done <"$work/sizes"
}

# has_path PATH: the statement names it.
has_path() {
    printf '%s\n' "$1" | comm -12 - "$work/paths" | cmp -s - /dev/null && return 1
    return 0
}

check_authority() {
    [ "$key_device" = "$device" ] || refuse 7 "the key does not belong to $device"
    ! is_before "$created" "$from" || refuse 7 "the key was not valid yet"
    [ "$to" = null ] || is_before "$created" "$to" || refuse 7 "the key was not valid any more"
}

check_files() {
    { cat "$work/paths" && echo envelope.dsse.json; } | sort >"$work/expected"
    cmp -s "$work/found" "$work/expected" || refuse 8 "files missing or extra"
    sed 's/^1 //; / envelope\.dsse\.json$/d' "$work/stat" | cmp -s - "$work/sizes" || refuse 9 "a file has another size"
    wrong_file=$(cd "$package" && sha256sum --strict --quiet -c "$work/sums" 2>/dev/null) || refuse 10 "$wrong_file"
}

check_bag() {
    sed -n '/^.\{64\}  data\//p' "$work/sums" >"$work/manifest-sha256.txt"
    printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' >"$work/bagit.txt"
    total=0
    count=0
    while read -r size path; do
        case $path in data/*) total=$((total + size)) count=$((count + 1)) ;; esac
    done <"$work/sizes"
    printf 'Bagging-Date: %s\nExternal-Identifier: %s\nPayload-Oxum: %s.%s\n' "${created%%T*}" "$package_id" "$total" "$count" >"$work/bag-info.txt"
    (cd "$work" && sha256sum bag-info.txt bagit.txt manifest-sha256.txt) >"$work/tagmanifest-sha256.txt"
    for name in bag-info.txt bagit.txt manifest-sha256.txt tagmanifest-sha256.txt; do
        cmp -s "$work/$name" "$package/$name" || refuse 11 "$name is not what the statement makes of it"
    done
}

# record_shape: the pattern of the whole record, with S text, L texts, N number, U time, H digest.
record_shape() {
    S='"([^"\\]|\\.)*"'
    L="\\[($S(,$S)*)?\\]"
    N='-?[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?'
    U="\"$UTC\""
    H="\"$HASH\""
    tr -d '\n' <<SHAPE
\{"box_xyxy_px":\[$N,$N,$N,$N\],"class_name":$S,"clock":\{"quality":$S,"source":$S\},
"config_digest":$H,"decisive_utc":$U,"dwell_s":$N,"end_utc":$U,"episode_id":$S,"facts":\{.*\},
"format":"xunjie-violation/1","frame_wh":\[$N,$N\],"media":$L,"model_digests":$L,"model_ids":$L,
"onset_utc":$U,"permits_digest":$H,"phase":"(warning|enforcing)","rule_id":$S,"rule_version":$S,
"score":$N,"source_id":$S,"violation_id":"($ID)","why":\{"en":$S,"zh":$S\},"zone_id":$S,
"zone_version":$S,"zones_digest":$H\}
SHAPE
}

check_record() {
    record=$package/data/violation.json
    [ "$(stat -c %s "$record")" -le 262144 ] || refuse 12 "record too large"
    [ "$(tr -d '\040-\176\200-\377' <"$record" | wc -c)" -eq 0 ] || refuse 12 "record is not canonical"
    [ -n "$(sed -nE '\#^'"$(record_shape)"'$#p' "$record")" ] || refuse 12 "record is not of the known form"
    # The last ones: what stands before may be texts and facts, what stands after cannot hold these.
    [ "$(sed -E 's/.*"violation_id":"([^"]*)","why":.*/\1/' "$record")" = "$violation_id" ] ||
        refuse 12 "the record is not of $violation_id"
    { sed -E 's/.*"media":\[([^]]*)\],"model_digests":.*/\1/' "$record" && echo; } |
        tr -d '"' | tr ',' '\n' | sed '/^$/d' | sort >"$work/media"
    [ -z "$(comm -23 "$work/media" "$work/paths")" ] || refuse 13 "the record names media that are not signed"
}

[ $# -eq 2 ] || wrong "usage: verify_package.sh PACKAGE TRUST.json"
package=${1%/}
trust=$2
case $package in /*) ;; *) package=./$package ;; esac
[ -e "$package" ] || [ -L "$package" ] || wrong "$package: no such package"
work=$(mktemp -d) || wrong "cannot make a temporary folder"
trap 'rm -rf "$work"' EXIT

read_trust
if [ -L "$package" ] || [ ! -d "$package" ]; then refuse 1 "not a folder"; fi
list_files
open_envelope
check_signature
read_statement
check_authority
check_files
check_bag
check_record
printf 'VERIFIED %s %s\n' "$(sha256sum <"$work/envelope" | cut -c 1-64)" "$package"
