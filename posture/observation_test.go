package posture

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// person returns an observation with every field set to what its text can hold
// exactly.
func person() Observation {
	o := Observation{
		Time: 1772442000123456789, Mono: 12_345_678_901, Frame: 1 << 63, Dropped: 7,
		Width: 640, Height: 480, PoseFlag: 0.9987, People: 2, Brightness: 118.5, Sharpness: 240.1,
		View:    &View{Scene: 3, X: -0.0125, Y: 0.07, Certainty: 0.875},
		Timings: Timings{Grab: 1, Decode: 2, Quality: 3, Detect: 4, Crop: 5, Landmarks: 6, Face: 8, Total: 7},
	}
	for i := range LandmarkCount {
		v := float64(i)
		o.Landmarks = append(o.Landmarks, Landmark{v + 0.25, -v, v * 1000, v / 100, 1})
		o.World = append(o.World, WorldPoint{v / 1000, -v / 8, 0})
	}
	for i := range FacePointCount {
		o.Face = append(o.Face, FacePoint{float64(i) + 0.75, -float64(i), float64(i) / 4})
	}
	return o
}

func (o Observation) text() []byte { return o.AppendJSON(nil) }

func TestObservationRoundTrip(t *testing.T) {
	tests := map[string]func(*Observation){
		"a person":     func(*Observation) {},
		"nobody":       func(o *Observation) { o.Nothing, o.Landmarks, o.World, o.Face = Nobody, nil, nil, nil },
		"no world":     func(o *Observation) { o.World = nil },
		"no face":      func(o *Observation) { o.Face = nil },
		"before 1970":  func(o *Observation) { o.Time = -1 },
		"the extremes": func(o *Observation) { o.Time, o.Mono, o.Dropped = math.MinInt64, math.MaxInt64, math.MaxUint64 },
		"no view":      func(o *Observation) { o.View = nil },
		"far view":     func(o *Observation) { *o.View = View{math.MaxInt32, -maxShift, maxShift, 1} },
		"nothing set":  func(o *Observation) { *o = Observation{} },
		"largest":      func(o *Observation) { o.Width, o.Height = maxSide, maxSide },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			want := person()
			change(&want)
			line := want.AppendJSON(nil)
			got, err := ParseObservation(line)
			if err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
			if bytes.ContainsAny(line, "\n\r") {
				t.Errorf("got %q, want one line", line)
			}
		})
	}
}

// What JSON can't hold must not break the line: the eye writes what the model
// gives.
func TestAppendJSONOfBadFigures(t *testing.T) {
	for name, v := range map[string]float64{
		"NaN": math.NaN(), "+Inf": math.Inf(1), "-Inf": math.Inf(-1), "huge": math.MaxFloat64, "tiny": -math.SmallestNonzeroFloat64,
	} {
		t.Run(name, func(t *testing.T) {
			o := person()
			o.PoseFlag, o.Brightness, o.Sharpness = v, v, v
			o.Landmarks[3] = Landmark{v, v, v, v, v}
			o.World[3] = WorldPoint{v, v, v}
			o.Face[3] = FacePoint{v, v, v}
			o.View.X = v
			line := o.AppendJSON(nil)
			got, err := ParseObservation(line)
			if err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			want := 0.0
			if v == math.MaxFloat64 {
				want = v
			}
			if got.PoseFlag != want || got.Landmarks[3].X != want || math.Signbit(got.World[3].Z) {
				t.Errorf("got %v, %v, %v, want %v", got.PoseFlag, got.Landmarks[3], got.World[3], want)
			}
			if !got.Seen() {
				t.Error("no longer a person")
			}
		})
	}
}

func TestParseObservationRefuses(t *testing.T) {
	five := "[1,2,3,0.5,1]"
	landmarks := func(n int, each string) string {
		return `{"landmarks":[` + strings.TrimSuffix(strings.Repeat(each+",", n), ",") + "]}"
	}
	tests := map[string]struct{ line, say string }{
		"empty":               {"", "unexpected end"},
		"cut":                 {string(person().text()[:100]), "unexpected end"},
		"not an object":       {"[]", "cannot unmarshal array"},
		"two":                 {"{}{}", "after top-level value"},
		"NaN":                 {`{"brightness":NaN}`, "invalid character"},
		"too large a number":  {`{"brightness":1e999}`, "1e999"},
		"fraction of a frame": {`{"frame":1.5}`, "1.5"},
		"32 landmarks":        {landmarks(32, five), "got 32 landmarks, want 33 or none"},
		"34 landmarks":        {landmarks(34, five), "got 34 landmarks"},
		"landmark of four":    {landmarks(33, "[1,2,3,4]"), "got 4 numbers, want 5"},
		"landmark of none":    {landmarks(33, "[]"), "got 0 numbers, want 5"},
		"landmark of text":    {landmarks(33, `"abcde"`), "landmark: "},
		"one face point":      {`{"face":[[1,2,3]]}`, "got 1 points of the face, want 11 or none"},
		"face point of two":   {`{"face":[[1,2]]}`, "got 2 numbers, want 3"},
		"face point of text":  {`{"face":["x"]}`, "face point: "},
		"one world point":     {`{"world":[[1,2,3]]}`, "got 1 world points, want 33 or none"},
		"world point of two":  {`{"world":[[1,2]]}`, "got 2 numbers, want 3"},
		"world point of text": {`{"world":["x"]}`, "world point: "},
		"view of no scene":    {`{"view":{"scene":0,"x":0,"y":0,"certainty":1}}`, "view of scene 0"},
		"view of half scene":  {`{"view":{"scene":1.5}}`, "1.5"},
		"view of text":        {`{"view":"1"}`, "view"},
		"view to the right":   {`{"view":{"scene":1,"x":8.01}}`, "at 8.01, 0"},
		"view far up":         {`{"view":{"scene":1,"y":-1e300}}`, "at 0, -1e+300"},
		"view too certain":    {`{"view":{"scene":1,"certainty":1.01}}`, "certainty 1.01"},
		"view not certain":    {`{"view":{"scene":1,"certainty":-0.01}}`, "certainty -0.01"},
		"negative width":      {`{"width":-1}`, "frame of -1x0"},
		"endless height":      {`{"height":1000000}`, "frame of 0x1000000"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ParseObservation([]byte(test.line))
			if err == nil || !strings.HasPrefix(err.Error(), "parse observation: ") || !strings.Contains(err.Error(), test.say) {
				t.Errorf("got %v, want it to say %q", err, test.say)
			}
			if !reflect.DeepEqual(got, Observation{}) {
				t.Errorf("got %+v with the error, want nothing", got)
			}
		})
	}
}

func TestSeen(t *testing.T) {
	tests := map[string]struct {
		change func(*Observation)
		want   bool
	}{
		"a person":       {func(*Observation) {}, true},
		"outside":        {func(o *Observation) { o.Landmarks[0].X = -1e6 }, true},
		"nobody":         {func(o *Observation) { o.Nothing = Nobody }, false},
		"no landmarks":   {func(o *Observation) { o.Landmarks = nil }, false},
		"one too few":    {func(o *Observation) { o.Landmarks = o.Landmarks[1:] }, false},
		"no frame":       {func(o *Observation) { o.Width = 0 }, false},
		"NaN x":          {func(o *Observation) { o.Landmarks[32].X = math.NaN() }, false},
		"Inf y":          {func(o *Observation) { o.Landmarks[0].Y = math.Inf(1) }, false},
		"NaN z":          {func(o *Observation) { o.Landmarks[1].Z = math.NaN() }, false},
		"NaN visibility": {func(o *Observation) { o.Landmarks[2].Visibility = math.NaN() }, false},
		"NaN presence":   {func(o *Observation) { o.Landmarks[2].Presence = math.NaN() }, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := person()
			test.change(&o)
			if got := o.Seen(); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestWhen(t *testing.T) {
	o := Observation{Time: 1772442000123456789}
	if got, want := o.When(), time.Date(2026, 3, 2, 9, 0, 0, 123456789, time.UTC); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The eye writes every frame with AppendJSON.
func TestAppendJSONAllocatesNothing(t *testing.T) {
	o := person()
	b := make([]byte, 0, 16<<10)
	if n := testing.AllocsPerRun(100, func() { b = o.AppendJSON(b[:0]) }); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	o := person()
	line := make([]byte, 0, 16<<10)
	b.ReportAllocs()
	for b.Loop() {
		line = o.AppendJSON(line[:0])
	}
	b.ReportMetric(float64(len(line)), "bytes")
}

func BenchmarkParseObservation(b *testing.B) {
	line := person().text()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseObservation(line); err != nil {
			b.Fatal(err)
		}
	}
}

// Whatever comes in, the parser either refuses it or returns an observation
// that can be written, as valid JSON on one line, and read again to the same.
func FuzzParseObservation(f *testing.F) {
	f.Add([]byte(""))
	f.Add([]byte("{}"))
	f.Add([]byte("null"))
	f.Add(person().text())
	nobody := person()
	nobody.Nothing, nobody.Landmarks, nobody.World = Dark, nil, nil
	f.Add(nobody.text())
	f.Add([]byte(`{"type":"status","nothing":"\u0007\"\n\\é\u2028","width":-0,"pose_flag":-1e-9,"brightness":1e308}`))
	f.Add([]byte(`{"view":{"scene":7,"x":-8,"y":1e-9,"certainty":0.99999}}`))
	f.Add([]byte(`{"landmarks":null,"world":[],"TIME_NS":5,"time_ns":-9223372036854775808}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		o, err := ParseObservation(line)
		if err != nil {
			return
		}
		switch o.Nothing {
		case Present, Nobody, Dark, Covered, Blurred, Unclear, Frozen:
		default:
			return // only the eye's own words are written
		}
		if n := len(o.Landmarks); n != 0 && n != LandmarkCount {
			t.Fatalf("got %d landmarks", n)
		}
		room := make([]byte, 0, 1<<16)
		written := o.AppendJSON(room)
		if !json.Valid(written) || bytes.ContainsAny(written, "\n\r") {
			t.Fatalf("written as %q, want one line of JSON", written)
		}
		again, err := ParseObservation(written)
		if err != nil {
			t.Fatalf("%v: %s", err, written)
		}
		if again.Time != o.Time || again.Mono != o.Mono || again.Frame != o.Frame || again.Nothing != o.Nothing ||
			again.Timings != o.Timings || len(again.Landmarks) != len(o.Landmarks) || again.Seen() != o.Seen() ||
			(again.View == nil) != (o.View == nil) || o.View != nil && again.View.Scene != o.View.Scene {
			t.Fatalf("got  %+v\nwant %+v", again, o)
		}
		if twice := again.AppendJSON(nil); !bytes.Equal(twice, written) {
			t.Fatalf("written once  %s\nwritten twice %s", written, twice)
		}
	})
}
