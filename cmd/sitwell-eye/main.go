// Command sitwell-eye watches a camera or a recording and writes what it sees,
// one JSON object a line: landmarks of one person, never a picture unless one
// is asked for.
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
	p := program{in: os.Stdin, out: os.Stdout, err: os.Stderr, exit: os.Exit}
	os.Exit(p.run(ctx, os.Args[1:]))
}
