#!/bin/sh
# Installs the servers that the tests run against, with apt where that is allowed;
# otherwise says what to install.
set -eu
need=""
have() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need="$need postgresql"
have dovecot || need="$need dovecot-imapd"
have mbsync || need="$need isync"
have chromium-headless-shell || have chromium || need="$need chromium-headless-shell"
have tesseract || need="$need tesseract-ocr"
languages=$(tesseract --list-langs 2>/dev/null || true)
for l in eng pol osd; do
	echo "$languages" | grep -qx "$l" || need="$need tesseract-ocr-$l"
done
if [ -z "$need" ]; then
	# The tests of pages take half the time with this one, and pass without it.
	if ! have chromium-headless-shell && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
		timeout 120 apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null 2>&1 || true
	fi
	exit 0
fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
	echo "installing$need"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	# Not every system has the browser without a window.
	apt-cache show chromium-headless-shell >/dev/null 2>&1 || need=$(echo "$need" | sed 's/chromium-headless-shell/chromium/')
	# The tests start servers of their own: the packages' own services stay off.
	printf '#!/bin/sh\nexit 101\n' >/tmp/policy-rc.$$ && chmod +x /tmp/policy-rc.$$
	[ -e /usr/sbin/policy-rc.d ] || { cp /tmp/policy-rc.$$ /usr/sbin/policy-rc.d; made=1; }
	apt-get install -y -qq --no-install-recommends $need >/dev/null
	rm -f /tmp/policy-rc.$$
	[ -z "${made:-}" ] || rm -f /usr/sbin/policy-rc.d
	exit 0
fi
echo "The tests need:$need" >&2
echo "Install them with: sudo apt-get install$need" >&2
[ -z "${CI:-}" ] || exit 1
echo "Tests that need them will be skipped." >&2
