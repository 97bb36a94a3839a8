package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// address is where the service listens in the machine.
const address = "127.0.0.1:8420"

// settleTime is how long after a fault an observation shows that it is over.
const settleTime = 4 * time.Second

// service is `sitwell run` and its eye.
type service struct{ *program }

// live is the part of GET /api/v1/live that the trial looks at.
type live struct {
	Time   time.Time       `json:"time"` // of the last observation
	State  string          `json:"state"`
	People int             `json:"people"`
	Figure json.RawMessage `json:"figure"` // the person, as seen last
	Source struct {
		Name    string `json:"name"`
		Card    string `json:"card"`
		Status  string `json:"status"`
		Demo    bool   `json:"demo"`
		FourCC  string `json:"fourcc"`
		Width   int    `json:"width"`
		Height  int    `json:"height"`
		Message string `json:"message"`
	} `json:"source"`
}

// serve starts the service on a data folder of its own, at a rate that leaves an
// emulated processor time for the rest.
func (t *trial) serve(source string) service {
	data := t.folder(fmt.Sprintf("data-%d", len(t.programs)))
	return service{t.start("service", "sitwell", "run", "--addr", address, "--data", data,
		"--source", source, "--rate", "0.5", "--model", "lite")}
}

func get(path string, into any) error {
	client := http.Client{Timeout: 10 * time.Second}
	answer, err := client.Get("http://" + address + path)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, answer.Status)
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// live waits until the source has one of these statuses.
func (s service) live(ctx context.Context, statuses ...string) (live, error) {
	return s.until(ctx, "status "+strings.Join(statuses, " or "), func(now live) bool {
		return slices.Contains(statuses, now.Source.Status)
	})
}

// judges waits until a person is seen through a live source.
func (s service) judges(ctx context.Context) (live, error) {
	return s.until(ctx, "a person seen", func(now live) bool {
		return now.Source.Status == "live" && len(now.Figure) > len("null")
	})
}

// until asks again and again until the answer is as wanted.
func (s service) until(ctx context.Context, want string, is func(live) bool) (live, error) {
	for {
		var now live
		err := get("/api/v1/live", &now)
		if err == nil && is(now) {
			return now, nil
		}
		select {
		case <-ctx.Done():
			if err != nil {
				return now, fmt.Errorf("the service does not answer: %w", err)
			}
			return now, fmt.Errorf("source stayed %+v, want %s", now.Source, want)
		case <-s.done:
			return now, fmt.Errorf("the service ended: %v", s.err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// goesOn waits until the service, live, has taken observations for a while from now on.
func (s service) goesOn(ctx context.Context) error {
	from := time.Now().Add(settleTime)
	_, err := s.until(ctx, "observations after "+from.Format(time.TimeOnly), func(now live) bool {
		return now.Source.Status == "live" && now.Time.After(from)
	})
	return err
}

// cameraEvents lists the camera's losses and returns so far, oldest first.
func (s service) cameraEvents() ([]string, error) {
	var answer struct {
		Events []struct {
			Kind string    `json:"kind"`
			Time time.Time `json:"time"`
		} `json:"events"`
	}
	if err := get("/api/v1/events", &answer); err != nil {
		return nil, err
	}
	slices.SortStableFunc(answer.Events, func(a, b struct {
		Kind string    `json:"kind"`
		Time time.Time `json:"time"`
	},
	) int {
		return a.Time.Compare(b.Time)
	})
	var kinds []string
	for _, e := range answer.Events {
		if strings.HasPrefix(e.Kind, "camera_") {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds, nil
}

// terminates sends SIGTERM and demands that the service and its eye are gone in time.
func (s service) terminates(ctx context.Context) error {
	began := time.Now()
	if err := s.signal(syscall.SIGTERM); err != nil {
		return err
	}
	ending, cancel := context.WithTimeout(ctx, endLimit)
	defer cancel()
	if err := s.ends(ending, 0); err != nil {
		return err
	}
	if left := running(); len(left) > 0 {
		return fmt.Errorf("still running %.1f s after SIGTERM: %s", time.Since(began).Seconds(), strings.Join(left, ", "))
	}
	return nil
}

// running lists Sitwell's processes.
func running() []string {
	var left []string
	names, _ := filepath.Glob("/proc/[0-9]*/comm")
	for _, name := range names {
		if comm, err := os.ReadFile(name); err == nil && strings.HasPrefix(string(comm), "sitwell") {
			left = append(left, strings.TrimSpace(string(comm))+" "+filepath.Base(filepath.Dir(name)))
		}
	}
	return left
}
