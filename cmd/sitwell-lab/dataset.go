package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"sitwell/posture"
	"sitwell/posture/coach"
)

// datasetFormat is the format of dataset.json that is read.
const datasetFormat = "sitwell-dataset/1"

// label says what the person does, in the words of a data set. Most are
// states; the others are the constants below.
type label string

// The labels that are no state.
const (
	forwardHead label = "forward_head" // poor, by another signal than slouching
	headTilt    label = "head_tilt"
	harmless    label = "harmless" // anything but an alert is right
	anything    label = "any"      // not judged
)

// labels lists every label once, in the order of display.
var labels = []label{
	label(posture.Upright), label(posture.Slouching), forwardHead, label(posture.LeaningIn),
	label(posture.LeaningAside), headTilt, label(posture.LookingDown), label(posture.Turned),
	label(posture.Standing), label(posture.Away), label(posture.Unknown), harmless, anything,
}

// poor reports whether the label is worth an alert when it lasts.
func (l label) poor() bool { return l == label(posture.Slouching) || l == forwardHead }

// innocent reports whether the label is of the negatives that a slouch is told
// from.
func (l label) innocent() bool {
	switch l {
	case label(posture.Upright), label(posture.Turned), label(posture.LookingDown), harmless, headTilt:
		return true
	}
	return false
}

// sitting reports whether somebody sits there who can be seen.
func (l label) sitting() bool {
	switch l {
	case label(posture.Standing), label(posture.Away), label(posture.Unknown), anything:
		return false
	}
	return true
}

// state is the one right state, if there is one.
func (l label) state() (posture.State, bool) {
	switch l {
	case forwardHead:
		return posture.Slouching, true // the engine has one poor state
	case headTilt, harmless, anything:
		return "", false
	}
	return posture.State(l), true
}

// dataset is a labelled set of people at desks.
type dataset struct {
	dir    string
	name   string
	stills []group
	clips  []clip
	// strange are fields that the format doesn't know: a misspelled one
	// would otherwise only be missed in the figures.
	strange []string
}

// group holds the pictures of one person and one camera placement.
type group struct {
	subject, camera, view string
	baseline              []int // indexes of the items to calibrate on
	items                 []item
}

// item is a labelled picture, or the landmarks of one.
type item struct {
	file        string // relative to the set; empty if there is an observation
	observation *posture.Observation
	label       label
	posture     string
	truth       map[string]float64 // by the names of the format
	px          map[int][2]float64 // true pixels, by landmark
}

// name is the item's file or its place in the set.
func (g *group) name(i int) string {
	if f := g.items[i].file; f != "" {
		return f
	}
	return fmt.Sprintf("%s/%s[%d]", g.subject, g.camera, i)
}

// clip is a labelled recording.
type clip struct {
	file, subject, camera, view string
	fps, seconds                float64
	from, to                    float64 // s; the part to calibrate on
	segments                    []segment
	truthFile                   string // relative to the set; may be empty
	truth                       truthTable
	cameraMoved                 float64 // s; 0 if it was not
	exercise                    exercise
}

// exercise is what is done in a clip; without a name nothing is.
type exercise struct {
	name        coach.Exercise
	repetitions int
	hold        float64 // s, of each
}

// segment is a stretch of a clip with one label.
type segment struct {
	from, to float64 // s
	label    label
}

// at is the label at a place in seconds; what is in no segment is not judged.
func (c *clip) at(t float64) label {
	for _, s := range c.segments {
		if t >= s.from && t < s.to {
			return s.label
		}
	}
	return anything
}

// name is the clip's file without folder and extension.
func (c *clip) name() string {
	return strings.TrimSuffix(filepath.Base(c.file), filepath.Ext(c.file))
}

// datasetError says what in which file of a data set is wrong.
type datasetError struct {
	file string
	err  error
}

func (e *datasetError) Error() string { return fmt.Sprintf("data set %q: %v", e.file, e.err) }
func (e *datasetError) Unwrap() error { return e.err }

// loadDataset reads dir/dataset.json and the truth files that it names, but no
// picture. Errors are a *datasetError.
func loadDataset(dir string) (*dataset, error) {
	file := filepath.Join(dir, "dataset.json")
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, &datasetError{file, fmt.Errorf("%w: give a folder that has a dataset.json", bare(err))}
	}
	d, err := parseDataset(data)
	if err != nil {
		return nil, &datasetError{file, err}
	}
	d.dir = dir
	for i := range d.clips {
		c := &d.clips[i]
		if c.truthFile == "" {
			continue
		}
		path := filepath.Join(dir, c.truthFile)
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, &datasetError{file, fmt.Errorf("clips[%d].truth: read %q: %w", i, path, bare(err))}
		}
		if c.truth, err = parseTruth(data); err != nil {
			return nil, &datasetError{path, err}
		}
	}
	return d, nil
}

// bare strips operation and path from a file error.
func bare(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// parseDataset reads a dataset.json. Errors name the field and what is wanted.
func parseDataset(data []byte) (*dataset, error) {
	p := parser{}
	d := &dataset{}
	p.object("", data, func(f *fields) {
		var format string
		f.need("format", &format)
		if f.ok() && format != datasetFormat {
			f.fail("format", "%q is not %q", format, datasetFormat)
		}
		f.need("name", &d.name)
		f.skip("about", "licence", "source")
		f.list("stills", func(path string, raw json.RawMessage) { d.stills = append(d.stills, p.group(path, raw)) })
		f.list("clips", func(path string, raw json.RawMessage) { d.clips = append(d.clips, p.clip(path, raw)) })
		if f.ok() && len(d.stills)+len(d.clips) == 0 {
			f.fail("stills", "there are neither stills nor clips")
		}
	})
	if p.err != nil {
		return nil, p.err
	}
	d.strange = p.strange
	return d, nil
}

// parser keeps the first error, and the fields that it doesn't know.
type parser struct {
	err     error
	strange []string
}

func (p *parser) group(path string, raw json.RawMessage) (g group) {
	p.object(path, raw, func(f *fields) {
		f.need("subject", &g.subject)
		f.need("camera", &g.camera)
		f.view(&g.view)
		f.list("items", func(path string, raw json.RawMessage) { g.items = append(g.items, p.item(path, raw)) })
		if f.ok() && len(g.items) == 0 {
			f.fail("items", "there are none")
		}
		f.list("baseline", func(path string, raw json.RawMessage) {
			i, err := g.index(raw)
			if err != nil {
				p.fail(path, "%w", err)
			}
			g.baseline = append(g.baseline, i)
		})
		if f.ok() && len(g.baseline) == 0 {
			f.fail("baseline", "there is nothing to calibrate on: give files or indexes of items")
		}
	})
	return g
}

// index finds the item that a baseline entry means: a file or an index.
func (g *group) index(raw json.RawMessage) (int, error) {
	var file string
	if json.Unmarshal(raw, &file) == nil {
		for i := range g.items {
			if file != "" && g.items[i].file == file {
				return i, nil
			}
		}
		return 0, fmt.Errorf("%q is no item of the group", file)
	}
	var i int
	if err := json.Unmarshal(raw, &i); err != nil {
		return 0, errors.New("want the file or the index of an item")
	}
	if i < 0 || i >= len(g.items) {
		return 0, fmt.Errorf("index %d of %d items", i, len(g.items))
	}
	return i, nil
}

func (p *parser) item(path string, raw json.RawMessage) (it item) {
	p.object(path, raw, func(f *fields) {
		f.path("file", &it.file)
		var obs json.RawMessage
		f.take("observation", &obs)
		switch {
		case !f.ok():
		case it.file == "" && obs == nil:
			f.fail("file", "missing, and no observation")
		case it.file != "" && obs != nil:
			f.fail("observation", "there is a file already")
		case obs != nil:
			o, err := posture.ParseObservation(obs)
			if err != nil {
				f.fail("observation", "%w", err)
			}
			it.observation = &o
		}
		f.label(&it.label)
		it.posture = string(it.label)
		f.take("posture", &it.posture)
		var truth map[string]*float64
		f.take("truth", &truth)
		it.truth = make(map[string]float64, len(truth))
		for name, v := range truth {
			if v != nil {
				it.truth[name] = *v
			}
		}
		var px map[string][]float64
		f.take("px", &px)
		if len(px) > 0 {
			it.px = make(map[int][2]float64, len(px))
		}
		for _, name := range slices.Sorted(maps.Keys(px)) {
			i := slices.Index(landmarkNames[:], name)
			switch {
			case i < 0:
				p.strange = append(p.strange, path+".px."+name)
			case len(px[name]) != 2:
				f.fail("px."+name, "got %d numbers, want 2 (x, y)", len(px[name]))
			default:
				it.px[i] = [2]float64(px[name])
			}
		}
	})
	return it
}

func (p *parser) clip(path string, raw json.RawMessage) (c clip) {
	p.object(path, raw, func(f *fields) {
		f.path("file", &c.file)
		if f.ok() && c.file == "" {
			f.fail("file", "missing")
		}
		f.need("subject", &c.subject)
		f.need("camera", &c.camera)
		f.view(&c.view)
		f.need("fps", &c.fps)
		f.need("seconds", &c.seconds)
		if f.ok() && !(c.fps > 0 && c.seconds > 0) {
			f.fail("seconds", "%v s at %v frames a second: want more than 0", c.seconds, c.fps)
		}
		var span []float64
		f.need("baseline", &span)
		switch {
		case !f.ok():
		case len(span) != 2 || !(span[0] >= 0 && span[0] < span[1] && span[1] <= c.seconds):
			f.fail("baseline", "%v: want [from, to] in seconds of the clip", span)
		default:
			c.from, c.to = span[0], span[1]
		}
		f.list("segments", func(path string, raw json.RawMessage) {
			var s segment
			p.object(path, raw, func(f *fields) {
				f.need("from", &s.from)
				f.need("to", &s.to)
				f.label(&s.label)
				var last float64
				if n := len(c.segments); n > 0 {
					last = c.segments[n-1].to
				}
				if f.ok() && !(s.from >= last && s.from < s.to) {
					f.fail("from", "from %v to %v s after a segment that ends at %v: want them in order", s.from, s.to, last)
				}
			})
			c.segments = append(c.segments, s)
		})
		if f.ok() && len(c.segments) == 0 {
			f.fail("segments", "there are none")
		}
		f.path("truth", &c.truthFile)
		f.take("camera_moved_s", &c.cameraMoved)
		var raw json.RawMessage
		if f.take("exercise", &raw) {
			c.exercise = p.exercise(f.name("exercise"), raw)
		}
		f.skip("about")
	})
	return c
}

func (p *parser) exercise(path string, raw json.RawMessage) (e exercise) {
	p.object(path, raw, func(f *fields) {
		f.need("name", (*string)(&e.name))
		var n float64
		f.need("repetitions", &n)
		e.repetitions = int(n)
		if f.ok() && !(n >= 0 && n <= maxRepetitions && n == math.Trunc(n)) {
			f.fail("repetitions", "%v: want a whole number of 0 to %d", n, maxRepetitions)
		}
		f.take("hold_s", &e.hold)
		if f.ok() && !(e.hold >= 0 && e.hold < 3600) {
			f.fail("hold_s", "%v: want seconds, 0 or more", e.hold)
		}
		f.skip("starts_s")
	})
	return e
}

// maxRepetitions is the most that a clip is believed to show.
const maxRepetitions = 10_000

// object calls read with the fields of an object, and notes those left over.
func (p *parser) object(path string, raw json.RawMessage, read func(*fields)) {
	if p.err != nil {
		return
	}
	f := &fields{p: p, at: path}
	if err := json.Unmarshal(raw, &f.m); err != nil || f.m == nil {
		p.fail(path, "want an object: %w", sayJSON(err))
		return
	}
	read(f)
	for _, name := range slices.Sorted(maps.Keys(f.m)) {
		p.strange = append(p.strange, f.name(name))
	}
}

// fail keeps the first error.
func (p *parser) fail(path, format string, args ...any) {
	if p.err == nil {
		if path == "" {
			path = "the file"
		}
		p.err = fmt.Errorf("%s: %w", path, fmt.Errorf(format, args...))
	}
}

// sayJSON says what JSON is wrong in few words.
func sayJSON(err error) error {
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return errors.New("got null")
	case errors.As(err, &kind):
		return fmt.Errorf("got a %s", kind.Value)
	}
	return err
}

// fields are those of one object; the ones taken are gone.
type fields struct {
	p  *parser
	at string // path of the object
	m  map[string]json.RawMessage
}

func (f *fields) name(field string) string {
	if f.at == "" {
		return field
	}
	return f.at + "." + field
}

func (f *fields) ok() bool { return f.p.err == nil }

func (f *fields) fail(field, format string, args ...any) { f.p.fail(f.name(field), format, args...) }

func (f *fields) skip(names ...string) {
	for _, n := range names {
		delete(f.m, n)
	}
}

// take reads a field into dst and reports whether it is there; null is not.
func (f *fields) take(field string, dst any) bool {
	raw, there := f.m[field]
	delete(f.m, field)
	if !there || !f.ok() || string(raw) == "null" {
		return false
	}
	if err := json.Unmarshal(raw, dst); err != nil {
		f.fail(field, "want %s: %w", wanted(dst), sayJSON(err))
		return false
	}
	return true
}

// wanted names what dst holds.
func wanted(dst any) string {
	switch dst.(type) {
	case *string, *label:
		return "text"
	case *float64:
		return "a number"
	case *[]float64:
		return "a list of numbers"
	case *map[string]*float64:
		return "an object of numbers"
	case *map[string][]float64:
		return "an object of lists of numbers"
	}
	return "another value"
}

// need reads a field that must be there, and not be empty text.
func (f *fields) need(field string, dst any) {
	there := f.take(field, dst)
	if s, text := dst.(*string); text && there && *s == "" {
		there = false
	}
	if !there && f.ok() {
		f.fail(field, "missing")
	}
}

// list calls each with the entries of an array that may be missing.
func (f *fields) list(field string, each func(path string, raw json.RawMessage)) {
	var entries []json.RawMessage
	f.take(field, &entries)
	for i, raw := range entries {
		if f.ok() {
			each(fmt.Sprintf("%s[%d]", f.name(field), i), raw)
		}
	}
}

// path reads the name of a file inside the set.
func (f *fields) path(field string, dst *string) {
	if f.take(field, dst) && !filepath.IsLocal(filepath.FromSlash(*dst)) {
		f.fail(field, "%q is not inside the data set's folder", *dst)
	}
}

func (f *fields) label(dst *label) {
	f.need("label", dst)
	if f.ok() && !slices.Contains(labels, *dst) {
		f.fail("label", "%q is not one of %s", *dst, join(labels))
	}
}

func (f *fields) view(dst *string) {
	views := []string{"front", "three-quarter", "side"}
	f.need("view", dst)
	if f.ok() && !slices.Contains(views, *dst) {
		f.fail("view", "%q is not one of %s", *dst, join(views))
	}
}

// join lists words, or says that there are none.
func join[T ~string](list []T) string {
	if len(list) == 0 {
		return "none"
	}
	var s []string
	for _, v := range list {
		s = append(s, string(v))
	}
	return strings.Join(s, ", ")
}

// landmarkNames are the names of the landmarks in a data set's px, by number.
var landmarkNames = [posture.LandmarkCount]string{
	"nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye",
	"right_eye_outer", "left_ear", "right_ear", "mouth_left", "mouth_right", "left_shoulder",
	"right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_pinky",
	"right_pinky", "left_index", "right_index", "left_thumb", "right_thumb", "left_hip",
	"right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", "left_heel",
	"right_heel", "left_foot_index", "right_foot_index",
}

// truthTable holds the true angles over a clip.
type truthTable struct {
	columns []string    // without t_s
	times   []float64   // s, rising
	rows    [][]float64 // NaN where nothing is said
}

// parseTruth reads a truth.csv: a header with t_s first, then a row a frame.
func parseTruth(data []byte) (truthTable, error) {
	var t truthTable
	r := csv.NewReader(bytes.NewReader(data))
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return t, fmt.Errorf("header: %w", err)
	}
	if header[0] != "t_s" {
		return t, fmt.Errorf("header: the first column is %q, want t_s", header[0])
	}
	t.columns = slices.Clone(header[1:])
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return truthTable{}, err
		}
		values := make([]float64, len(row))
		for i, s := range row {
			if s == "" && i > 0 {
				values[i] = math.NaN()
				continue
			}
			v, err := strconv.ParseFloat(s, 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				line, _ := r.FieldPos(i)
				return truthTable{}, fmt.Errorf("line %d, column %s: %q is no number", line, append([]string{"t_s"}, t.columns...)[i], s)
			}
			values[i] = v
		}
		if n := len(t.times); n > 0 && values[0] <= t.times[n-1] {
			line, _ := r.FieldPos(0)
			return truthTable{}, fmt.Errorf("line %d: t_s of %v after %v: want it to rise", line, values[0], t.times[n-1])
		}
		t.times = append(t.times, values[0])
		t.rows = append(t.rows, values[1:])
	}
	return t, nil
}

// at is the truth of the frame nearest to a place in seconds; nil if there is
// none.
func (t *truthTable) at(s float64) map[string]float64 {
	if len(t.times) == 0 {
		return nil
	}
	i := sort.SearchFloat64s(t.times, s)
	if i == len(t.times) || i > 0 && s-t.times[i-1] < t.times[i]-s {
		i--
	}
	truth := make(map[string]float64, len(t.columns))
	for k, name := range t.columns {
		if v := t.rows[i][k]; !math.IsNaN(v) {
			truth[name] = v
		}
	}
	return truth
}

// column is one angle of every frame, NaN where nothing is said; nil if there
// is none of that name.
func (t *truthTable) column(name string) []float64 {
	k := slices.Index(t.columns, name)
	if k < 0 || len(t.times) == 0 {
		return nil
	}
	values := make([]float64, len(t.rows))
	for i, row := range t.rows {
		values[i] = row[k]
	}
	return values
}
