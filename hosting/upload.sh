#!/bin/sh
# Uploads the site to an object store that rclone (https://rclone.org, in most distributions)
# supports, such as Amazon S3, Google Cloud Storage, Azure Blob Storage or Cloudflare R2. A reader
# never sees half an edition: the files that pages and the manifest name come first, the manifest
# last, and nothing is deleted. docs/publish/hosting.md explains the headers.
#
#   upload.sh dist myremote:mybucket
set -eu
LC_ALL=C
export LC_ALL
if [ $# -ne 2 ] || [ ! -f "$1/data/manifest.json" ]; then
    echo "usage: $0 FOLDER REMOTE:BUCKET[/PATH], with the folder of a finished site, such as dist" >&2
    exit 2
fi
site=$1 to=$2

forever='public, max-age=31536000, immutable'
short='public, max-age=60, stale-while-revalidate=60, stale-if-error=86400'
asked='public, max-age=0, s-maxage=60, stale-if-error=86400'
hour='public, max-age=3600, stale-while-revalidate=86400'

# Patterns of digests in names: 16 digits by the build, 10 by `prepare`, 8 by esbuild.
x='[0-9a-f]' u='[0-9A-Z]'
x5=$x$x$x$x$x
x16=$x5$x5$x5$x u8=$u$u$u$u$u$u$u$u

# A folder of files for each set of headers, as hard links where the file system has them.
sorted=$(mktemp -d)
trap 'rm -rf "$sorted"' EXIT
trap 'exit 1' HUP INT TERM
# Puts the file $1 into the folder $2 under the name $3.
sort_in() {
    mkdir -p "$(dirname "$sorted/$2/$3")"
    ln "$site/$1" "$sorted/$2/$3" 2>/dev/null || cp -p "$site/$1" "$sorted/$2/$3"
}
(cd "$site" && find . -type f ! -path '*/.*' ! -name '*.br' ! -name '*.gz') | sed 's|^\./||' |
while IFS= read -r file; do
    case $file in
        data/manifest.json) sort_in "$file" manifest "$file" ;;
        *.html) sort_in "$file" pages "$file" ;;
        sw.js | sw-off.js | offline.json) sort_in "$file" asked "$file" ;;
        *-$x16.* | *-${x16}_bg.* | *-$u8.* | data/*.$x5$x5.bin | \
            data/postcodes.$x5$x5.[a-z].bin | data/postcodes.$x5$x5.[a-z][a-z].bin)
            # Object stores do not choose between compressed copies, and many CDNs do not compress
            # these types. Every browser that runs the program supports brotli. The CDN compresses
            # pages, which older browsers need too, and files that change.
            if [ -f "$site/$file.br" ]; then
                sort_in "$file.br" packed "$file"
            else
                sort_in "$file" forever "$file"
            fi
            ;;
        *) sort_in "$file" hour "$file" ;;
    esac
done

put() {
    from=$sorted/$1 life=$2
    shift 2
    [ -d "$from" ] || return 0
    rclone copy --checksum "$from" "$to" --header-upload "Cache-Control: $life" "$@"
}
put packed "$forever" --header-upload 'Content-Encoding: br'
put forever "$forever"
put hour "$hour"
put asked "$asked"
put pages "$short"
put manifest "$short"
