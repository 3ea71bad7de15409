# shellcheck shell=bash
# The Debian 12 packages that building and testing take, and how they get here. Sourced by the other scripts.

# shellcheck disable=SC2034
BUILD_PACKAGES=(clang-16 lld-16 llvm-16 cmake ninja-build ccache libboost1.81-dev nlohmann-json3-dev libspdlog-dev
  libyaml-cpp-dev libssl-dev zlib1g-dev libcli11-dev)
# shellcheck disable=SC2034
TEST_PACKAGES=(libclang-rt-16-dev clang-format-16 clang-tidy-16 libgtest-dev libgmock-dev coturn)

# install_packages NAME…: those of them that aren't here yet.
install_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ "${#missing[@]}" -eq 0 ] && return 0
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  echo "Installing: ${missing[*]}"
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}
