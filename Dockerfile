# The machine's root file system as an image, for `builder = "docker"` in cartesi.toml.
#
# Nothing is emulated: the build stage cross-compiles on the machine that builds, with the scripts
# that work without Docker as well. The last stage runs no command and installs nothing.
#
# SWIFT_IMAGE must be given, by digest: Swift 6.3.1 on Debian 12 (an image of the name
# swift:6.3.1-bookworm, as NAME@sha256:…). Another toolchain gives another program and another hash.
# So must DEML_PORTALS, the release of the contracts that the application is deployed with.
ARG SWIFT_IMAGE

FROM --platform=$BUILDPLATFORM ${SWIFT_IMAGE} AS build
ARG GUEST_TOOLS_VERSION=0.18.0
ARG GUEST_TOOLS_SHA256=204d4260defd68e11b957ae1f1b511b6c2c74345c918748be06f592733b72dcd
ARG DEML_PORTALS
RUN test -n "${DEML_PORTALS}" || { echo "DEML_PORTALS is not set: name the release of the rollups \
contracts that the application is deployed with, as in --build-arg DEML_PORTALS=v3.0.0-alpha.10. A \
machine for others would lose its deposits." >&2; exit 1; }
ADD --checksum=sha256:${GUEST_TOOLS_SHA256} \
    https://github.com/cartesi/machine-guest-tools/releases/download/v${GUEST_TOOLS_VERSION}/machine-guest-tools_riscv64.deb \
    /machine-guest-tools_riscv64.deb
WORKDIR /deml
COPY Package.swift ./
COPY Sources Sources
COPY scripts scripts
RUN scripts/guest \
    && scripts/machine-image --guest-tools /machine-guest-tools_riscv64.deb \
    && mkdir /root-fs \
    && tar --extract --file .build-guest/root.tar --directory /root-fs --numeric-owner

FROM --platform=linux/riscv64 scratch
COPY --from=build /root-fs /
# Which portals are trusted is part of the machine's hash. Values must not contain "=".
ARG DEML_PORTALS
ENV DEML_PORTALS=${DEML_PORTALS}
# So is who receives rent; to name somebody add: ENV DEML_RENT_RECEIVER=0x…
# It has no empty default, since an empty value is refused.
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV ROLLUP_HTTP_SERVER_URL=http://127.0.0.1:5004
WORKDIR /opt/deml
ENTRYPOINT ["rollup-init"]
CMD ["/opt/deml/RollupApp"]
