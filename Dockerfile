# The image of mkr: one static binary, nothing beside it. No shell, no package manager, no user that can log in.

FROM golang:1.26-bookworm AS build
ARG VERSION=unknown
WORKDIR /src
# Dependencies first: they change less often than the code, and this layer is kept.
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/cache/build \
    CGO_ENABLED=0 GOCACHE=/cache/build go build -tags grpcnotrace -gcflags=mkr/web/pages=-l -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/mkr ./cmd/mkr
# Folders that mkr writes to. A fresh named volume takes over the owner and mode that the image gives them.
RUN mkdir -p /out/tree/data /out/tree/key /out/tree/tmp && chmod 700 /out/tree/data /out/tree/key && chmod 1777 /out/tree/tmp

FROM scratch
# Only for an EventStoreDB behind a public certificate; a private one comes with tlsCaFile in the connection string.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=65532:65532 /out/tree/ /
COPY --from=build /out/mkr /mkr
# Not root. The number and not a name: there is no /etc/passwd here, and runAsNonRoot checks look at the number.
USER 65532:65532
# Inside a container the address must be reachable from outside it: give MKR_TLS_CERT and MKR_TLS_KEY, or put a proxy of one's own that ends
# TLS in front of it on a closed network. The time zones are in the binary.
ENV MKR_DATA=/data MKR_ADDR=0.0.0.0:8080
VOLUME ["/data", "/key"]
EXPOSE 8080
# SIGTERM stops within five seconds with nothing lost.
STOPSIGNAL SIGTERM
# Ready means that the views have caught up; after a restart with a long log that may take a while.
HEALTHCHECK --interval=10s --timeout=4s --start-period=60s --retries=3 CMD ["/mkr", "health"]
ENTRYPOINT ["/mkr"]
CMD ["serve"]
