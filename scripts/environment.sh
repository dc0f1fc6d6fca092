# Read by the other scripts, after they have set $root. Works in any POSIX shell, with any user, without a terminal.
# Sets: HOME where it is missing, $cache (where fetched software is kept between runs), PATH to a usable Node.

say() { printf '==> %s\n' "$*" >&2; }
give_up() { printf 'error: %s\n' "$*" >&2; exit 1; }

if [ -z "${HOME:-}" ]; then
    HOME=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6)
    [ -n "$HOME" ] || HOME=/nonexistent
    export HOME
fi
if [ -z "${CALLCENTER_CACHE_DIR:-}" ]; then
    CALLCENTER_CACHE_DIR=${XDG_CACHE_HOME:-$HOME/.cache}/callcenter
    mkdir -p "$CALLCENTER_CACHE_DIR" 2>/dev/null || CALLCENTER_CACHE_DIR=${TMPDIR:-/tmp}/callcenter-cache-$(id -u)
fi
mkdir -p "$CALLCENTER_CACHE_DIR"
cache=$(cd "$CALLCENTER_CACHE_DIR" && pwd -P)
CALLCENTER_CACHE_DIR=$cache
export CALLCENTER_CACHE_DIR
[ -w "$HOME" ] || export UV_CACHE_DIR="$cache/uv-cache" npm_config_cache="$cache/npm-cache" PIP_CACHE_DIR="$cache/pip-cache"

# A process that compiles all of its modules starts three times slower, and the tests start many.
unset PYTHONDONTWRITEBYTECODE

# Let uv and Node trust the same certificates as the machine.
for bundle in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
    if [ -r "$bundle" ]; then
        export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}" NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$bundle}"
        break
    fi
done

node_of_our_own=$cache/node-24
node_will_do() { # version as callcenter/panels/package.json says
    command -v npm >/dev/null && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number)
        process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null
}
if ! node_will_do && [ -x "$node_of_our_own/bin/npm" ]; then
    PATH=$node_of_our_own/bin:$PATH
    export PATH
fi
