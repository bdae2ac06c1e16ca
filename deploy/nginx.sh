#!/bin/sh
# Start nginx in front of all addresses of the name REPLICAS, and reload it when these addresses change.
# The name itself cannot stand in nginx.conf: nginx would use its addresses in turn, and not by picture.
set -eu

here=${0%/*}
folder=${FOLDER:-/var/cache/nginx}

# A replica that answers 503 is busy, not broken: max_fails=0.
servers() {
    getent ahostsv4 "${REPLICAS:-app}" | sort -u | while read -r address kind _; do
        [ "$kind" != STREAM ] || printf 'server %s:%s max_fails=0; ' "$address" "${REPLICA_PORT:-8000}"
    done
}

# A single address is that of HAProxy. It is named twice, so that an upload is sent again, which HAProxy cannot do. A GET is not
# sent again after a 503, since HAProxy has asked other replicas already, and nothing is after a timeout.
# Half a MiB above the limit of an upload, so that the replica answers a file that is too large with its own page.
configure() {
    case $1 in
        *server*server*) servers=$1 less= ;;
        *) servers=$1$1 less='s/error timeout/error/; /non_idempotent/!s/ http_503;/;/' ;;
    esac
    sed -e "$less" -e "s|@REPLICAS@|$servers|" -e "s|@LISTEN@|${LISTEN:-8000}|" \
        -e "s|@BODY@|$((${UPLOAD_MIB:-10} * 1024 + 512))k|" "$here/nginx.conf" > "$folder/nginx.conf"
}

until known=$(servers) && [ -n "$known" ]; do sleep 1; done
configure "$known"
nginx -p "$folder" -c nginx.conf -e stderr &
nginx=$!
trap 'kill -QUIT "$nginx"' TERM INT QUIT

while kill -0 "$nginx" 2>/dev/null; do
    sleep "${SECONDS_BETWEEN:-2}" &
    wait $! || true
    found=$(servers) || continue
    if [ -n "$found" ] && [ "$found" != "$known" ]; then
        known=$found
        configure "$known"
        kill -HUP "$nginx" || true
    fi
done
wait "$nginx" || exit 1
