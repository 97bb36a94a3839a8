# Sitwell in a container, on Debian 13: its OpenCV (4.10), its ONNX Runtime (1.21).
#
#   docker build -t sitwell .
#   docker run --rm --device /dev/video0 -p 127.0.0.1:8420:8420 -v sitwell:/data sitwell
#
# It prints the address to open, with the token that a service listening beyond
# loopback asks for. Without --device it plays the demo clip. Where the camera's
# group is not 44, Debian's "video", add --group-add "$(stat -c %g /dev/video0)".

FROM debian:trixie AS build

# Debian 13 has Go 1.24; what go.mod asks for is in its backports.
RUN sed -i 's/^Suites: trixie trixie-updates$/& trixie-backports/' /etc/apt/sources.list.d/debian.sources \
 && apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates g++ golang-1.26-go libopencv-contrib-dev libopencv-dev nodejs npm pkgconf \
 && rm -rf /var/lib/apt/lists/*
ENV PATH=/usr/lib/go-1.26/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV GOTOOLCHAIN=local
ENV GOFLAGS=-modfile=vision/opencv410.mod

# What changes seldom first: a change to Sitwell's own code then costs seconds.
WORKDIR /src
COPY go.mod go.sum ./
COPY vision/opencv410.mod vision/opencv410.sum vision/
RUN go build gocv.io/x/gocv github.com/mattn/go-sqlite3
COPY web/ui/package.json web/ui/package-lock.json web/ui/.npmrc web/ui/
RUN cd web/ui && npm ci

COPY . .
RUN cd web/ui && npm run build
ARG VERSION=unknown
RUN go build -trimpath -ldflags="-s -w -X main.version=$VERSION" -o bin/ ./cmd/sitwell ./cmd/sitwell-eye

FROM debian:trixie-slim

RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libonnxruntime1.21 \
      libopencv-calib3d410 libopencv-core410 libopencv-dnn410 libopencv-features2d410 \
      libopencv-highgui410 libopencv-imgcodecs410 libopencv-imgproc410 libopencv-objdetect410 \
      libopencv-photo410 libopencv-video410 libopencv-videoio410 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 1000 --groups video --create-home sitwell \
 && install -d -o sitwell -g sitwell -m 700 /data
COPY --from=build /src/bin/sitwell /src/bin/sitwell-eye /usr/local/bin/
COPY LICENSE NOTICE /usr/share/doc/sitwell/

USER sitwell
VOLUME /data
EXPOSE 8420
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["sitwell", "health", "--addr", "127.0.0.1:8420"]
ENTRYPOINT ["sitwell"]
CMD ["run", "--addr", "0.0.0.0:8420", "--token", "auto", "--data", "/data"]
