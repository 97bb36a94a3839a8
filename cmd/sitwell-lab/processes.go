package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// Bounds of waiting for the processes.
const (
	startLimit = 60 * time.Second // for the first score
	endLimit   = 10 * time.Second // after it was asked to end
	pagePeriod = 2 * time.Millisecond
	livePeriod = 20 * time.Millisecond
)

// ticksPerSecond is the unit of CPU times in /proc, the same on all of Linux's
// architectures that Go knows (USER_HZ).
const ticksPerSecond = 100

// processReport is what the whole costs as processes.
type processReport struct {
	Seconds float64 `json:"seconds"` // watched, after the first score
	// Page, Frames and Score are the seconds from the start until the page
	// answers, the demo's frames come and the first score is there.
	Page   float64 `json:"page_s"`
	Frames float64 `json:"frames_s"`
	Score  float64 `json:"score_s"`
	// CPUAtStart is the CPU time until the first score.
	CPUAtStart   float64         `json:"cpu_at_start_s"`
	CPUPerMinute float64         `json:"cpu_s_per_minute"` // all together, after the first score
	CoreShare    float64         `json:"core_share"`       // the same, of one core
	ObservedHz   float64         `json:"observed_hz"`
	Dropped      uint64          `json:"dropped"`
	Each         []processFigure `json:"each"`
}

// processFigure is one process.
type processFigure struct {
	Name         string  `json:"name"`
	CPUPerMinute float64 `json:"cpu_s_per_minute"`
	Peak         int64   `json:"peak_resident_bytes"`
}

// measureProcesses starts the service on the demo and reads what it needs.
func measureProcesses(ctx context.Context, o *benchOptions) (r *processReport, err error) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		return nil, errors.New("it needs /proc, which only Linux has")
	}
	path := o.sitwell
	if path == "" {
		if path, err = besideThis("sitwell"); err != nil {
			return nil, err
		}
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("no sitwell at %q: run make build, or give --sitwell", path)
	}
	dir, err := os.MkdirTemp("", "sitwell-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a data folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	cmd := exec.CommandContext(ctx, path, "run", "--source", "demo", "--model", o.model, "--addr", "127.0.0.1:0",
		"--rate", strconv.FormatFloat(o.rate, 'g', -1, 64), "--data", filepath.Join(dir, "data"))
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+dir) // nobody's own settings
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = endLimit
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	addresses := make(chan string, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(addresses)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if at := strings.Index(lines.Text(), "http://"); at >= 0 && cap(addresses) > len(addresses) {
				addresses <- strings.TrimSpace(lines.Text()[at:])
			}
		}
	}()
	defer func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
		watchdog := time.AfterFunc(endLimit, func() { _ = cmd.Process.Kill() })
		defer watchdog.Stop()
		<-read
		if werr := cmd.Wait(); werr != nil && ctx.Err() == nil {
			err = errors.Join(err, fmt.Errorf("sitwell run: %w: %s", werr, bytes.TrimSpace(said.Bytes())))
		}
	}()

	starting, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	var address string
	select {
	case address = <-addresses:
	case <-starting.Done():
	}
	if address == "" {
		return nil, fmt.Errorf("sitwell run printed no address within %v", time.Since(start).Round(time.Second))
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	r = &processReport{}
	if err := until(starting, pagePeriod, func() bool {
		_, err := get(starting, client, address)
		return err == nil
	}); err != nil {
		return nil, fmt.Errorf("the page at %s doesn't answer: %w", address, err)
	}
	r.Page = time.Since(start).Seconds()

	var live liveFigures
	if err := until(starting, livePeriod, func() bool {
		var err error
		if live, err = readLive(starting, client, address); err != nil {
			return false
		}
		if r.Frames == 0 && live.Source.Status == "live" {
			r.Frames = time.Since(start).Seconds()
		}
		return live.Score != nil
	}); err != nil {
		return nil, fmt.Errorf("no score: %w", err)
	}
	r.Score = time.Since(start).Seconds()

	before, err := family(cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	from := time.Now()
	select {
	case <-time.After(time.Duration(o.seconds * float64(time.Second))):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	after, err := family(cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	r.Seconds = time.Since(from).Seconds()
	if live, err = readLive(ctx, client, address); err != nil {
		return nil, err
	}
	r.ObservedHz, r.Dropped = live.Rates.ObservedHz, live.Rates.Dropped
	for _, p := range before {
		r.CPUAtStart += p.cpu
	}
	for _, p := range after {
		spent := p.cpu
		if i := slices.IndexFunc(before, func(b process) bool { return b.pid == p.pid }); i >= 0 {
			spent -= before[i].cpu
		}
		f := processFigure{Name: p.name, CPUPerMinute: spent / r.Seconds * 60, Peak: p.peak}
		r.CPUPerMinute += f.CPUPerMinute
		r.Each = append(r.Each, f)
	}
	r.CoreShare = r.CPUPerMinute / 60
	return r, nil
}

// until calls done every period until it is or ctx ends.
func until(ctx context.Context, period time.Duration, done func() bool) error {
	tick := time.NewTicker(period)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// get reads an address that answers with 200.
func get(ctx context.Context, client *http.Client, address string) (body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	body, err = io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", address, res.Status)
	}
	return body, err
}

// liveFigures is what is read of the service's live picture.
type liveFigures struct {
	Score  *float64 `json:"score"`
	Source struct {
		Status string `json:"status"`
	} `json:"source"`
	Rates struct {
		ObservedHz float64 `json:"observed_hz"`
		Dropped    uint64  `json:"dropped"`
	} `json:"rates"`
}

func readLive(ctx context.Context, client *http.Client, address string) (l liveFigures, err error) {
	body, err := get(ctx, client, strings.TrimSuffix(address, "/")+"/api/v1/live")
	if err != nil {
		return l, err
	}
	if err := json.Unmarshal(body, &l); err != nil {
		return l, fmt.Errorf("read the live picture: %w", err)
	}
	return l, nil
}

// process is what /proc tells of one.
type process struct {
	pid, parent int
	name        string
	cpu         float64 // s
	peak        int64   // bytes resident at most
}

// family reads a process and its children.
func family(pid int) ([]process, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var list []process
	for _, e := range entries {
		n, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		p, err := readProcess(n)
		if err != nil {
			continue // it ended meanwhile
		}
		if n == pid || p.parent == pid {
			list = append(list, p)
		}
	}
	if !slices.ContainsFunc(list, func(p process) bool { return p.pid == pid }) {
		return nil, errors.New("sitwell ended while it was watched")
	}
	return list, nil
}

func readProcess(pid int) (process, error) {
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	stat, err := os.ReadFile(filepath.Join(dir, "stat"))
	if err != nil {
		return process{}, err
	}
	p, err := parseStat(stat)
	if err != nil {
		return process{}, err
	}
	p.pid = pid
	status, err := os.ReadFile(filepath.Join(dir, "status"))
	if err != nil {
		return process{}, err
	}
	p.peak = kilobytesOf(status, "VmHWM:")
	return p, nil
}

// parseStat reads name, parent and CPU time from /proc/PID/stat. The name
// stands in parentheses and may hold any character.
func parseStat(stat []byte) (p process, err error) {
	open, shut := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if open < 0 || shut < open {
		return p, fmt.Errorf("read /proc: %q has no name", stat)
	}
	p.name = string(stat[open+1 : shut])
	rest := strings.Fields(string(stat[shut+1:]))
	const parent, user, system = 1, 11, 12 // after the name
	if len(rest) <= system {
		return p, fmt.Errorf("read /proc: %d fields after the name", len(rest))
	}
	var ticks [2]float64
	for i, at := range [2]int{user, system} {
		if ticks[i], err = strconv.ParseFloat(rest[at], 64); err != nil {
			return p, fmt.Errorf("read /proc: CPU time: %w", err)
		}
	}
	if p.parent, err = strconv.Atoi(rest[parent]); err != nil {
		return p, fmt.Errorf("read /proc: parent: %w", err)
	}
	p.cpu = (ticks[0] + ticks[1]) / ticksPerSecond
	return p, nil
}

// kilobytesOf reads a line like "VmHWM:  1234 kB", in bytes; 0 if there is
// none.
func kilobytesOf(status []byte, name string) int64 {
	for line := range strings.Lines(string(status)) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == name {
			kB, _ := strconv.ParseInt(fields[1], 10, 64)
			return kB * 1024
		}
	}
	return 0
}

// resident is this process's memory in bytes; 0 where there is no /proc.
func resident() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	return kilobytesOf(status, "VmRSS:")
}

func (r *processReport) print(w io.Writer) {
	fmt.Fprintf(w, "Processes on the demo for %.0f s, no browser: %.2f CPU seconds a minute, %.1f %% of one core, at %.2f a second, %d dropped\n",
		r.Seconds, r.CPUPerMinute, r.CoreShare*100, r.ObservedHz, r.Dropped)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "process\tCPU s a minute\tpeak MB\t")
	for _, p := range r.Each {
		fmt.Fprintf(table, "%s\t%.2f\t%.1f\t\n", p.Name, p.CPUPerMinute, float64(p.Peak)/1e6)
	}
	table.Flush()
	fmt.Fprintf(w, "From the start: page %.2f s, frames %.2f s, first score %.2f s; %.2f CPU seconds until then\n",
		r.Page, r.Frames, r.Score, r.CPUAtStart)
}
