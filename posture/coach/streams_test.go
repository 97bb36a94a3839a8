package coach

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"sitwell/posture"
)

// stream is a list of observations of one person.
type stream []posture.Observation

var recorded sync.Map

// load reads a recorded stream of testdata.
func load(t testing.TB, name string) stream {
	t.Helper()
	if s, ok := recorded.Load(name); ok {
		return s.(stream)
	}
	f, err := os.Open(filepath.Join("testdata", name+".jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var s stream
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		o, err := posture.ParseObservation(bytes.TrimSpace(lines.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		s = append(s, o)
	}
	if err := lines.Err(); err != nil || len(s) == 0 {
		t.Fatalf("%s: %d observations, %v", name, len(s), err)
	}
	recorded.Store(name, s)
	return s
}

func clone(o *posture.Observation) posture.Observation {
	c := *o
	c.Landmarks = append([]posture.Landmark(nil), o.Landmarks...)
	c.World = append([]posture.WorldPoint(nil), o.World...)
	c.Face = append([]posture.FacePoint(nil), o.Face...)
	return c
}

// each changes a copy of every observation.
func (s stream) each(change func(o *posture.Observation)) stream {
	out := make(stream, len(s))
	for i := range s {
		out[i] = clone(&s[i])
		change(&out[i])
	}
	return out
}

// at keeps so many observations a second, the first of them at phase.
func (s stream) at(rate, phase float64) stream {
	var out stream
	due := phase
	for i := range s {
		if t := float64(s[i].Mono)/1e9 + 1e-3; t >= due {
			out = append(out, s[i])
			due = (math.Floor((t-phase)*rate)+1)/rate + phase
		}
	}
	return out
}

// slower stretches time.
func (s stream) slower(by float64) stream {
	return s.each(func(o *posture.Observation) { o.Mono = int64(float64(o.Mono) * by) })
}

// mirrored is the same person in a mirror: left is right.
func (s stream) mirrored() stream {
	return s.each(func(o *posture.Observation) {
		for i := range o.Landmarks {
			o.Landmarks[i].X = float64(o.Width) - o.Landmarks[i].X
			o.World[i].X = -o.World[i].X
		}
		for i := range o.Face {
			o.Face[i].X = float64(o.Width) - o.Face[i].X
		}
		swap := func(a, b int) {
			o.Landmarks[a], o.Landmarks[b] = o.Landmarks[b], o.Landmarks[a]
			o.World[a], o.World[b] = o.World[b], o.World[a]
		}
		if len(o.Landmarks) > 0 {
			for k := range 3 {
				swap(posture.LeftEyeInner+k, posture.RightEyeInner+k)
			}
			for k := posture.LeftEar; k < posture.LandmarkCount; k += 2 {
				swap(k, k+1)
			}
		}
		if f := o.Face; len(f) > 0 {
			f[1], f[2], f[3], f[4] = f[3], f[4], f[1], f[2]
			f[5], f[6], f[7], f[8] = f[6], f[5], f[8], f[7]
		}
	})
}

// sized is the same picture in another resolution.
func (s stream) sized(by float64) stream {
	return s.each(func(o *posture.Observation) {
		o.Width, o.Height = int(float64(o.Width)*by), int(float64(o.Height)*by)
		for i := range o.Landmarks {
			p := &o.Landmarks[i]
			p.X, p.Y, p.Z = p.X*by, p.Y*by, p.Z*by
		}
		for i := range o.Face {
			p := &o.Face[i]
			p.X, p.Y, p.Z = p.X*by, p.Y*by, p.Z*by
		}
	})
}

// placed is the same person at another place in the picture and farther away.
func (s stream) placed(dx, dy, nearer float64) stream {
	return s.each(func(o *posture.Observation) {
		for i := range o.Landmarks {
			p := &o.Landmarks[i]
			p.X, p.Y, p.Z = dx+p.X*nearer, dy+p.Y*nearer, p.Z*nearer
		}
		for i := range o.Face {
			p := &o.Face[i]
			p.X, p.Y, p.Z = dx+p.X*nearer, dy+p.Y*nearer, p.Z*nearer
		}
	})
}

// larger makes the movements about the pose of the first seconds larger, from
// a time on, in seconds.
func (s stream) larger(by, from float64) stream {
	first := clone(&s[8])
	return s.each(func(o *posture.Observation) {
		if float64(o.Mono)/1e9 < from || len(o.Landmarks) == 0 || len(o.Face) == 0 {
			return
		}
		grow := func(v *float64, rest float64) { *v = rest + by*(*v-rest) }
		for i := range o.Landmarks {
			p, q := &o.Landmarks[i], &first.Landmarks[i]
			grow(&p.X, q.X)
			grow(&p.Y, q.Y)
			grow(&p.Z, q.Z)
			w, r := &o.World[i], &first.World[i]
			grow(&w.X, r.X)
			grow(&w.Y, r.Y)
			grow(&w.Z, r.Z)
		}
		for i := range o.Face {
			p, q := &o.Face[i], &first.Face[i]
			grow(&p.X, q.X)
			grow(&p.Y, q.Y)
			grow(&p.Z, q.Z)
		}
	})
}

// noisy moves every point by noise of a standard deviation in pixels.
func (s stream) noisy(px float64, seed uint64) stream {
	r := rand.New(rand.NewPCG(seed, 1))
	return s.each(func(o *posture.Observation) {
		for i := range o.Landmarks {
			o.Landmarks[i].X += px * r.NormFloat64()
			o.Landmarks[i].Y += px * r.NormFloat64()
		}
		for i := range o.Face {
			o.Face[i].X += px * r.NormFloat64()
			o.Face[i].Y += px * r.NormFloat64()
		}
	})
}

// dropped loses a share of the observations.
func (s stream) dropped(share float64, seed uint64) stream {
	r := rand.New(rand.NewPCG(seed, 2))
	var out stream
	for i := range s {
		if r.Float64() >= share {
			out = append(out, s[i])
		}
	}
	return out
}

// run lets a coach see the stream and calls each after every observation.
func run(t testing.TB, p Plan, s stream, each func(at float64, p Progress)) *Coach {
	t.Helper()
	c, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	for i := range s {
		got := c.Step(&s[i])
		if each != nil {
			each(float64(s[i].Mono)/1e9, got)
		}
	}
	return c
}

// holdError is the mean distance of the holds from what they were.
func holdError(done []Repetition, truth float64) float64 {
	sum := 0.0
	for _, r := range done {
		sum += math.Abs(r.Hold - truth)
	}
	return sum / math.Max(1, float64(len(done)))
}
