// Command sitwell is the service and the command line: it watches through
// sitwell-eye, judges, keeps the history and serves the page.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// version is set by the build.
var version = "unknown"

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	go func() {
		<-ctx.Done()
		cancel() // a second signal ends the program at once
	}()
	a := &App{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Env: os.Getenv, Version: version}
	os.Exit(a.Main(ctx, os.Args[1:]))
}
