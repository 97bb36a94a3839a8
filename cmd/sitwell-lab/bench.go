package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sitwell/models"
	"sitwell/vision"
)

// benchOptions are the flags of bench.
type benchOptions struct {
	source, model, sitwell string
	landmarks              models.Name
	rate                   float64
	frames                 int
	seconds                float64
	json                   bool
}

func (l *lab) benchCommand() *cobra.Command {
	var o benchOptions
	c := &cobra.Command{
		Use:   "bench CLIP",
		Short: "Measure what a frame costs, stage by stage, and the processes together",
		Long: `Measure what a frame costs on a clip (a video file, or demo), which is played
again and again as fast as it goes, and then what the processes need that watch
the demo at real speed.

Stages, in microseconds: grab (all frames since the last one judged; of a
recording that is the video decoder, which a webcam has none of), decode, jpeg
(decoding the same frame from a webcam's JPEG, measured apart, in no sum),
quality, detect, crop and landmarks in the eye; encode (one JSON line, without
its writing), parse and engine. A stage's figures are of the frames in which it
ran.

outside / model   decode, quality, crop, encode, parse and engine over the
                  landmark stage, all medians; once more with jpeg for decode,
                  as with a webcam
landmarks / bare  the landmark stage over a bare ONNX Runtime session on the
                  same graph with a part of the same frame, one thread, run in
                  turns in this process; median of the pairs
allocations       of Go, for each frame, after a warm-up of ` + fmt.Sprint(warmUp) + ` frames
growth            of the Go heap after a collection, and of the resident memory,
                  over all frames and over their second half; --frames 10000
                  tells it well, in some minutes
detector ran      share of the frames: to count people, or because the track was
                  lost; in all others the landmark model ran once, and alone

Processes: bin/sitwell run --source demo with a data folder of its own. CPU time
and peak memory come from /proc, so that part is for Linux. Other work on the
machine makes all figures larger: the load average is printed with them.

Exit codes: 0 done, 1 unexpected, 2 bad flag, 3 the clip can't be read, 6 no
ONNX Runtime library.`,
		Example: `  sitwell-lab bench demo
  sitwell-lab bench clip.mp4 --rate 5 --model lite --json
  sitwell-lab bench demo --frames 10000       # heap growth; some minutes
  sitwell-lab bench demo --seconds 0          # no processes`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.source = args[0]
			return l.bench(c.Context(), o)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.json, "json", false, "print one JSON object instead of tables")
	f.Float64Var(&o.rate, "rate", vision.DefaultRate, fmt.Sprintf("observations a second, %v to %v `HZ`", vision.MinRate, vision.MaxRate))
	f.IntVar(&o.frames, "frames", 1000, "how many frames are judged")
	f.StringVar(&o.model, "model", "full", "landmark model: full or lite")
	f.Float64Var(&o.seconds, "seconds", 30, "how long the processes are watched; 0 for not at all")
	f.StringVar(&o.sitwell, "sitwell", "", "`PATH` of sitwell (default beside this program)")
	must(c.RegisterFlagCompletionFunc("model", cobra.FixedCompletions([]string{"full", "lite"}, cobra.ShellCompDirectiveNoFileComp)))
	return c
}

// Bounds of --frames and of the processes' time.
const (
	minFrames  = 10
	maxFrames  = 1_000_000
	maxSeconds = 3600
)

func (o *benchOptions) check() (err error) {
	if o.source != vision.Demo {
		switch info, err := os.Stat(o.source); {
		case err != nil:
			return fmt.Errorf("%w: open clip %q: %w: give a video file, or %s", vision.ErrSource, o.source, bare(err), vision.Demo)
		case !info.Mode().IsRegular():
			return fmt.Errorf("%w: open clip %q: not a file: give a video file, or %s", vision.ErrSource, o.source, vision.Demo)
		}
	}
	if o.landmarks, err = landmarkModel(o.model); err != nil {
		return err
	}
	if err := checkRate(o.rate); err != nil {
		return err
	}
	if o.frames < minFrames || o.frames > maxFrames {
		return usage(fmt.Errorf("--frames %d: want %d to %d", o.frames, minFrames, maxFrames))
	}
	if !(o.seconds >= 0 && o.seconds <= maxSeconds) {
		return usage(fmt.Errorf("--seconds %v: want 0 to %v", o.seconds, maxSeconds))
	}
	return nil
}

func (l *lab) bench(ctx context.Context, o benchOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	r := benchReport{
		Clip: o.source, Model: o.model, Rate: o.rate, Processors: runtime.NumCPU(),
		Stages: map[string]figures{},
	}
	w, err := measureWatch(ctx, &o)
	if err != nil {
		return err
	}
	p, err := measurePairs(ctx, &o)
	if err != nil {
		return err
	}
	s, err := measureService(w.lines)
	if err != nil {
		return err
	}
	r.sum(w, p, s)
	if o.seconds > 0 {
		r.Processes, err = measureProcesses(ctx, &o)
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			r.NoProcesses = err.Error()
		}
	}
	r.Load = loadAverage()
	if o.json {
		enc := json.NewEncoder(l.out)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	r.print(l.out)
	return nil
}

// benchReport is the object that bench --json prints; times are microseconds
// where their names don't tell another unit.
type benchReport struct {
	Clip       string             `json:"clip"`
	Size       string             `json:"size"` // of its frames, px
	Model      string             `json:"model"`
	Rate       float64            `json:"rate_hz"`
	Frames     int                `json:"frames"`
	Processors int                `json:"processors"`
	Load       *float64           `json:"load_average"` // over the last minute
	Stages     map[string]figures `json:"stages_us"`
	// OutsideOverModel is what lies outside the models over the landmark
	// stage, by medians; OutsideWithJPEG the same with a webcam's JPEG for
	// the recording's frame.
	OutsideOverModel *float64       `json:"outside_over_model"`
	OutsideWithJPEG  *float64       `json:"outside_over_model_jpeg"`
	Bare             bareReport     `json:"landmarks_over_bare"`
	Eye              eyeReport      `json:"eye"`
	Encode           float64        `json:"encode_allocations_per_frame"`
	Parse            float64        `json:"parse_allocations_per_frame"`
	Engine           float64        `json:"engine_allocations_per_frame"`
	JPEGBytes        *float64       `json:"jpeg_bytes"` // of the frames decoded in stage jpeg, mean
	Processes        *processReport `json:"processes"`
	NoProcesses      string         `json:"no_processes,omitempty"` // why there are none
}

// figures are those of a stage, in microseconds, of the frames in which it
// ran.
type figures struct {
	Median *float64 `json:"median"`
	P95    *float64 `json:"p95"`
	N      int      `json:"n"`
}

func figuresOf(us []float64) figures {
	return figures{percentile(us, 0.5), percentile(us, 0.95), len(us)}
}

type bareReport struct {
	Ratio *float64 `json:"ratio"` // median of the pairs
	Ours  *float64 `json:"landmarks_us"`
	Bare  *float64 `json:"bare_us"`
	Pairs int      `json:"pairs"`
}

type eyeReport struct {
	Allocations    float64 `json:"allocations_per_frame"`
	AllocatedBytes float64 `json:"allocated_bytes_per_frame"`
	HeapGrowth     int64   `json:"heap_growth_bytes"`
	// ResidentGrowth is over all frames, ResidentGrowthLater over their
	// second half: what leaks grows in both alike.
	ResidentGrowth      *int64   `json:"resident_growth_bytes"`
	ResidentGrowthLater *int64   `json:"resident_growth_second_half_bytes"`
	Detected            float64  `json:"detector_ran"`     // share of the frames
	SecondInference     float64  `json:"second_inference"` // share of the frames
	Dropped             uint64   `json:"dropped"`
	FramesPerSecond     *float64 `json:"frames_per_second"` // as fast as it goes
}

// stages lists the stages in the order in which they run.
var stages = []string{"grab", "decode", "jpeg", "quality", "detect", "crop", "landmarks", "face", "encode", "parse", "engine", "all"}

// sum brings the measurements together.
func (r *benchReport) sum(w *watchCost, p *pairCost, s *serviceCost) {
	us := map[string][]float64{"jpeg": p.jpeg, "encode": s.encode.us, "parse": s.parse.us, "engine": s.engine.us}
	// The stages that were measured apart enter by their means.
	rest := *mean(s.encode.us) + *mean(s.parse.us) + *mean(s.engine.us)
	for _, t := range w.timings {
		all := rest
		for _, part := range []struct {
			name string
			us   int64
		}{
			{"grab", t.Grab},
			{"decode", t.Decode},
			{"quality", t.Quality},
			{"detect", t.Detect},
			{"crop", t.Crop},
			{"landmarks", t.Landmarks},
			{"face", t.Face},
		} {
			all += float64(part.us)
			if part.us > 0 {
				us[part.name] = append(us[part.name], float64(part.us))
			}
		}
		us["all"] = append(us["all"], all)
		if t.Detect > 0 {
			r.Eye.Detected++
		}
	}
	for _, name := range stages {
		r.Stages[name] = figuresOf(us[name])
	}
	n := float64(len(w.timings))
	r.Size, r.Frames = w.size, len(w.timings)
	r.OutsideOverModel = r.outside("decode")
	r.OutsideWithJPEG = r.outside("jpeg")
	r.JPEGBytes = mean(p.jpegBytes)
	r.Bare = bareReport{percentile(p.ratios, 0.5), percentile(p.ours, 0.5), percentile(p.bare, 0.5), len(p.ratios)}
	r.Eye.Detected /= n
	r.Eye.Allocations = float64(w.after.Mallocs-w.before.Mallocs) / n
	r.Eye.AllocatedBytes = float64(w.after.TotalAlloc-w.before.TotalAlloc) / n
	r.Eye.HeapGrowth = int64(w.after.HeapAlloc) - int64(w.before.HeapAlloc)
	if w.resident[0] > 0 {
		growth, later := w.resident[2]-w.resident[0], w.resident[2]-w.resident[1]
		r.Eye.ResidentGrowth, r.Eye.ResidentGrowthLater = &growth, &later
	}
	r.Eye.Dropped = w.dropped
	r.Eye.FramesPerSecond = share(n, w.took.Seconds())
	r.Encode, r.Parse, r.Engine = s.encode.allocations, s.parse.allocations, s.engine.allocations
}

// outside is what lies outside the models, with the given stage for the
// decoding, over the landmark stage.
func (r *benchReport) outside(decode string) *float64 {
	sum := 0.0
	for _, name := range []string{decode, "quality", "crop", "encode", "parse", "engine"} {
		if m := r.Stages[name].Median; m != nil {
			sum += *m
		}
	}
	model := r.Stages["landmarks"].Median
	if model == nil {
		return nil
	}
	return share(sum, *model)
}

// print writes the figures for people.
func (r *benchReport) print(w io.Writer) {
	fmt.Fprintf(w, "%s, %s, model %s, %g a second: %d frames on %d processors", r.Clip, r.Size, r.Model, r.Rate, r.Frames, r.Processors)
	if r.Load != nil {
		fmt.Fprintf(w, " with a load average of %.1f", *r.Load)
	}
	fmt.Fprint(w, "\n\n")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "stage\tmedian us\t95 % us\tframes\t")
	for _, name := range stages {
		f := r.Stages[name]
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t\n", name, tenth(f.Median), tenth(f.P95), f.N)
	}
	table.Flush()
	e := &r.Eye
	fmt.Fprintln(w)
	table = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "landmarks / bare session\t%s\t%s us against %s, %d pairs in turns\n", ratio(r.Bare.Ratio), whole(r.Bare.Ours), whole(r.Bare.Bare), r.Bare.Pairs)
	fmt.Fprintf(table, "outside / model\t%s\twith a webcam's JPEG (%s bytes) %s\n", ratio(r.OutsideOverModel), whole(r.JPEGBytes), ratio(r.OutsideWithJPEG))
	fmt.Fprintf(table, "detector ran\t%.1f %%\tof the frames\n", e.Detected*100)
	fmt.Fprintf(table, "allocations a frame\t%.1f\teye (%.0f bytes); encode %.1f, parse %.1f, engine %.1f\n", e.Allocations, e.AllocatedBytes, r.Encode, r.Parse, r.Engine)
	fmt.Fprintf(table, "growth over %d frames\t%.0f kB\tGo heap; resident %s, in the second half %s\n",
		r.Frames, float64(e.HeapGrowth)/1e3, kilobytes(e.ResidentGrowth), kilobytes(e.ResidentGrowthLater))
	fmt.Fprintf(table, "dropped\t%d\t%s frames a second as fast as it goes\n", e.Dropped, tenth(e.FramesPerSecond))
	table.Flush()
	if r.Processes != nil {
		fmt.Fprintln(w)
		r.Processes.print(w)
	}
	if r.NoProcesses != "" {
		fmt.Fprintf(w, "\nProcesses: not measured: %s\n", r.NoProcesses)
	}
}

func kilobytes(v *int64) string {
	if v == nil {
		return "needs /proc"
	}
	return fmt.Sprintf("%.0f kB", float64(*v)/1e3)
}

// besideThis is the path of a program in this one's folder.
func besideThis(name string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find %s: %w", name, err)
	}
	if real, err := filepath.EvalSymlinks(self); err == nil {
		self = real
	}
	return filepath.Join(filepath.Dir(self), name), nil
}

// loadAverage is that of the last minute; nil where there is no /proc.
func loadAverage() *float64 {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return nil
	}
	var load float64
	if _, err := fmt.Sscan(strings.TrimSpace(string(data)), &load); err != nil {
		return nil
	}
	return &load
}
