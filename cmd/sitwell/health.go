package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// healthTimeout bounds the question, so that a container's health check ends.
const healthTimeout = 3 * time.Second

func (a *App) healthCommand() *cobra.Command {
	addr := defaultAddr
	c := &cobra.Command{
		Use:     "health",
		Short:   "Ask a running sitwell whether it is well",
		Long:    "Asks a sitwell on this machine whether it is well; the exit code is 0 when it is.",
		Example: "  sitwell health --addr 127.0.0.1:8420",
		Args:    cobra.NoArgs,
	}
	c.Flags().StringVar(&addr, "addr", addr, "address of the page")
	c.RunE = func(c *cobra.Command, _ []string) error {
		host, port, err := net.SplitHostPort(addr)
		if err != nil {
			return coded(exitBadInput, "--addr %q: %w", addr, err)
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			host = "127.0.0.1" // it listens everywhere: ask it here
		}
		ctx, cancel := context.WithTimeout(c.Context(), healthTimeout)
		defer cancel()
		body, err := get(ctx, "http://"+net.JoinHostPort(host, port)+"/healthz")
		if err != nil {
			return coded(exitFailed, "%w", err)
		}
		fmt.Fprintln(a.Stdout, body)
		return nil
	}
	return c
}

// get fetches an address of our own; a status other than 200 is an error.
func get(ctx context.Context, url string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", fmt.Errorf("no sitwell answers: %w", err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return "", fmt.Errorf("ask %s: %w", url, err)
	}
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answers %s: %s", url, res.Status, strings.TrimSpace(string(b)))
	}
	return strings.TrimSpace(string(b)), nil
}
