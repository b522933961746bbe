#!/usr/bin/env bash
# Bring the validator of HTML that tests/test_validator.py runs (needs Java) from npm into .local/vnu/, once.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=26.9.27
checksum=5970d3ffca91a627cf0965e5d91bb2e4242307c29292998de0b419d6a901b2b7
jar=.local/vnu/package/build/dist/vnu.jar

[ -e "$jar" ] && exit
mkdir -p .local/vnu
npm pack --silent --pack-destination .local/vnu "vnu-jar@$version" >/dev/null
echo "$checksum  .local/vnu/vnu-jar-$version.tgz" | sha256sum --check --quiet
tar --extract --gzip --directory .local/vnu --file ".local/vnu/vnu-jar-$version.tgz"
