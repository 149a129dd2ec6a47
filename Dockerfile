# The machine's root file system as an image, for `builder = "docker"` in cartesi.toml.
#
# Nothing is emulated: the build stage cross-compiles on the machine that builds, with the scripts
# that work without Docker as well. The last stage runs no command and installs nothing.
#
# SWIFT_IMAGE must be given, by digest: Swift 6.3 on Debian 12 (an image of the name
# swift:6.3-bookworm, as NAME@sha256:…). Another toolchain gives another program and another hash.
ARG SWIFT_IMAGE

FROM --platform=$BUILDPLATFORM ${SWIFT_IMAGE} AS build
ARG GUEST_TOOLS_VERSION=0.17.2
ARG GUEST_TOOLS_SHA256=c077573dbcf0cdc146adf14b480bfe454ca63aa4d3e8408c5487f550a5b77a41
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
ARG DEML_PORTALS=v2.1
ENV DEML_PORTALS=${DEML_PORTALS}
# So is who receives rent; to name somebody add: ENV DEML_RENT_RECEIVER=0x…
# It has no empty default, since an empty value is refused.
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV ROLLUP_HTTP_SERVER_URL=http://127.0.0.1:5004
WORKDIR /opt/deml
ENTRYPOINT ["rollup-init"]
CMD ["/opt/deml/RollupApp"]
