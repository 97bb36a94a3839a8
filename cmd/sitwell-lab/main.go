// Command sitwell-lab is for whoever improves Sitwell: it judges accuracy on
// labelled pictures and clips, and measures what a frame costs.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends it at once
	l := lab{out: os.Stdout, err: os.Stderr}
	os.Exit(l.run(ctx, os.Args[1:]))
}
