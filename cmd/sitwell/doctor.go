package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sitwell/posture/sqlite"
)

// checkTimeout bounds the eye's check-up: loading OpenCV and three models
// takes a second.
const checkTimeout = 30 * time.Second

// finding is one line of the doctor.
type finding struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Code   int    `json:"code"` // the exit code it would mean, 0 when OK
}

func (a *App) doctorCommand() *cobra.Command {
	var path, data, addr string
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check camera, runtime library, models, data folder and port",
		Long: `Checks what the watch needs and says what to do about what is missing. The
exit code is 0 when all is well, else that of the first thing that is not: 2
models or data, 4 no camera, 5 camera busy, 6 runtime library, 7 port.`,
		Example: "  sitwell doctor\n  sitwell doctor --json | jq '.[] | select(.ok | not)'",
		Args:    cobra.NoArgs,
	}
	f := c.Flags()
	f.StringVar(&path, "config", "", "config file")
	f.StringVar(&data, "data", "", "folder of the history")
	f.StringVar(&addr, "addr", "", "address of the page")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := loadConfig(a.Env, path)
		if err != nil {
			return err
		}
		if data != "" {
			cfg.Data = data
		}
		if addr != "" {
			cfg.Addr = addr
		}
		findings := a.checkEye(c.Context())
		findings = append(findings, checkData(c.Context(), cfg.Data), checkAddr(c.Context(), cfg.Addr))
		if asJSON {
			enc := json.NewEncoder(a.Stdout)
			enc.SetIndent("", "  ")
			if err := enc.Encode(findings); err != nil {
				return err
			}
		}
		var problems []string
		code := exitOK
		for _, f := range findings {
			mark := "ok  "
			if !f.OK {
				mark = "FAIL"
				problems = append(problems, f.Name)
				if code == exitOK {
					code = f.Code
				}
			}
			if !asJSON {
				fmt.Fprintf(a.Stdout, "%s  %-15s %s\n", mark, f.Name, f.Detail)
			}
		}
		if len(problems) > 0 {
			return coded(code, "not well: %s", strings.Join(problems, ", "))
		}
		return nil
	}
	return c
}

// eyeReport is what sitwell-eye --check writes.
type eyeReport struct {
	OpenCV  string `json:"opencv"`
	Runtime struct {
		Path, Version, Error string
	} `json:"runtime"`
	Models []struct {
		Name  string `json:"name"`
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	} `json:"models"`
	Cameras []struct {
		Path    string   `json:"path"`
		Card    string   `json:"card"`
		Busy    bool     `json:"busy"`
		Formats []string `json:"formats"`
		Error   string   `json:"error"`
	} `json:"cameras"`
	CameraError string `json:"camera_error"`
}

// checkEye asks the eye for what only it can see.
func (a *App) checkEye(ctx context.Context) []finding {
	fail := func(code int, err error) []finding {
		return []finding{{"sitwell-eye", false, err.Error(), code}}
	}
	path, err := a.eyePath()
	if err != nil {
		return fail(exitCode(err), err)
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, path, "--check")
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var r eyeReport
	if json.Unmarshal(out, &r) != nil {
		return fail(exitFailed, fmt.Errorf("%s --check: %w: %s", path, errors.Join(err, ctx.Err()), strings.TrimSpace(stderr.String())))
	}
	fs := []finding{{"sitwell-eye", true, path + ", OpenCV " + r.OpenCV, 0}}

	runtime := finding{"runtime library", true, "ONNX Runtime " + r.Runtime.Version + ", " + r.Runtime.Path, 0}
	if r.Runtime.Error != "" {
		runtime = finding{"runtime library", false, r.Runtime.Error, exitNoRuntime}
	}
	fs = append(fs, runtime)

	var names, bad []string
	for _, m := range r.Models {
		names = append(names, m.Name)
		// Without the library the models can't be loaded: that is said above.
		if !m.OK && r.Runtime.Error == "" {
			bad = append(bad, m.Name+": "+m.Error)
		}
	}
	models := finding{"models", true, strings.Join(names, ", ") + ": as the manifest says", 0}
	if len(bad) > 0 {
		models = finding{"models", false, strings.Join(bad, "; "), exitBadInput}
	}
	fs = append(fs, models)

	camera := finding{"camera", true, "", 0}
	for _, c := range r.Cameras {
		s := c.Path
		if c.Card != "" {
			s = c.Card + " (" + c.Path + ")"
		}
		if len(c.Formats) > 0 {
			s += ", " + strings.Join(c.Formats, " ")
		}
		switch {
		case c.Busy:
			s += ", in use by another program"
		case c.Error != "":
			s += ", " + c.Error
		}
		if camera.Detail != "" {
			camera.Detail += "; "
		}
		camera.Detail += s
	}
	if r.CameraError != "" {
		camera.OK, camera.Code = false, exitNoCamera
		for _, c := range r.Cameras {
			if c.Busy {
				camera.Code = exitBusy
			}
		}
		if camera.Detail == "" {
			camera.Detail = r.CameraError + "; until then sitwell run plays its demo"
		}
	}
	return append(fs, camera)
}

// checkData looks whether the database is whole, also while a running Sitwell
// has it, or whether one can be made.
func checkData(ctx context.Context, dir string) finding {
	path := filepath.Join(dir, "sitwell.db")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		// Ask the folder, or the nearest that exists, without leaving anything.
		probe := dir
		for {
			if _, err := os.Stat(probe); err == nil || filepath.Dir(probe) == probe {
				break
			}
			probe = filepath.Dir(probe)
		}
		f, err := os.CreateTemp(probe, ".sitwell-*")
		if err != nil {
			return finding{"data folder", false, fmt.Sprintf("%s: %v: choose one that can be written with --data", dir, err), exitBadInput}
		}
		f.Close()
		os.Remove(f.Name())
		return finding{"data folder", true, dir + " (nothing is kept there yet)", 0}
	}
	detail := path
	if pid, held := sqlite.Holder(path); held {
		detail += fmt.Sprintf(" (a running sitwell has it open, process %d)", pid)
	}
	// Read only: a doctor changes nothing, and brings nothing up to date.
	s, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return finding{"data folder", false, err.Error(), exitBadInput}
	}
	if err := errors.Join(s.Check(ctx), s.Close()); err != nil {
		return finding{"data folder", false, err.Error(), exitBadInput}
	}
	detail += fmt.Sprintf(", sound, version %d", s.Schema())
	if s.Schema() < sqlite.Latest {
		detail += fmt.Sprintf(" (sitwell run brings it to %d, after making a copy)", sqlite.Latest)
	}
	return finding{"data folder", true, detail, 0}
}

// checkAddr tells whether the page's address is free, or has a Sitwell.
func checkAddr(ctx context.Context, addr string) finding {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err == nil {
		l.Close()
		return finding{"address", true, addr + " is free", 0}
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	if _, herr := get(ctx, "http://"+addr+"/healthz"); herr == nil {
		return finding{"address", true, addr + " has a running sitwell", 0}
	}
	return finding{"address", false, fmt.Sprintf("%v: choose another with --addr", err), exitAddrInUse}
}
