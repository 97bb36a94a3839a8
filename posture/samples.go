package posture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"
)

const (
	// sampleEvery is how often measurements are kept, in seconds: as seldom
	// as an engine may be fed.
	sampleEvery = 5.0
	// blockSamples is how many make a block: five minutes.
	blockSamples = 60
	// sampleVersion is the first byte of a block.
	sampleVersion = 1
	// sampleScale is the resolution: a thousandth of each measure's unit.
	sampleScale = 1000
	// sampleLimit bounds a kept value, in its unit.
	sampleLimit = 1e6
	// maxBlock is the longest block that is read, in bytes, and maxBlockTime
	// the longest time between two samples of one.
	maxBlock     = 1 << 20
	maxBlockTime = time.Hour
)

// SampleBlock is some minutes of measurements, packed: about 4 kB for five
// minutes, under 1.2 MB for a day without end.
type SampleBlock struct {
	// Start is the time of the first.
	Start time.Time
	// Camera and Baseline tell what they were compared with; 0 is nothing
	// that could be judged by.
	Camera   string
	Baseline int64
	// Count is how many there are, Data them packed.
	Count int
	Data  []byte
}

// keeper gathers measurements into blocks.
type keeper struct {
	block     SampleBlock
	blockSize [2]int // the frame's, px
	before    packed // the last sample of the block
	kept      bool
	keptAt    float64
	keptLast  time.Time
}

// packed is what of a sample is stored as differences from the one before.
type packed struct {
	place [4]int64 // eyes, shoulders, left, right
	value [measureCount]int64
	angle [AngleFeatureCount]int64
}

// The kinds of sample. An absence is kindAbsent plus its place in absences.
const (
	kindMeasured = iota
	kindAngles   // measured, with features of the angles
	kindSeen     // somebody, who can't be measured
	kindAbsent
)

var absences = []Absence{Nobody, Dark, Covered, Unclear, Frozen, Blurred}

func pack(v float64) int64 {
	if !finite(v) {
		return 0
	}
	return int64(math.Round(clamp(v, -sampleLimit, sampleLimit) * sampleScale))
}

// keep adds what is seen to the block when it is time.
func (e *Engine) keep(s *sight, dt float64) {
	k := &e.keeper
	var id int64
	if why := e.whyNot(s); e.base != nil && (why == "" || why == ReasonGarbled) && !e.suspect {
		id = e.base.ID
	}
	size := [2]int{s.width, s.height}
	changed := false
	if k.block.Count > 0 && (k.block.Baseline != id || k.blockSize != size || e.now.Before(k.keptLast) || e.now.Sub(k.keptLast) > maxBlockTime) {
		e.flushSamples()
		changed = true
	}
	if !changed && k.kept && e.ran-k.keptAt < sampleEvery-0.1 {
		return
	}
	if s.ok && !e.hasSmooth || s.width <= 0 || s.height <= 0 {
		return
	}
	if k.block.Count == 0 {
		k.block = SampleBlock{Start: e.now, Camera: e.camera, Baseline: id}
		k.blockSize, k.before, k.keptLast = size, packed{}, e.now
		d := append(k.block.Data, sampleVersion, byte(measureCount), AngleFeatureCount)
		d = binary.AppendUvarint(d, uint64(s.width))
		k.block.Data = binary.AppendUvarint(d, uint64(s.height))
	}
	k.append(s, &e.smooth, uint64(e.now.Sub(k.keptLast).Milliseconds()))
	k.kept, k.keptAt, k.keptLast = true, e.ran, k.keptLast.Add(e.now.Sub(k.keptLast).Truncate(time.Millisecond))
	if k.block.Count >= blockSamples {
		e.flushSamples()
	}
}

// append packs one sample, ms after the one before.
func (k *keeper) append(s *sight, smooth *Measurement, ms uint64) {
	d := binary.AppendUvarint(k.block.Data, ms)
	diff := func(to *int64, v float64) {
		n := pack(v)
		d = binary.AppendVarint(d, n-*to)
		*to = n
	}
	kind := byte(kindAbsent + max(0, slices.Index(absences, s.nothing)))
	switch {
	case s.ok && smooth.HasAngle:
		kind = kindAngles
	case s.ok:
		kind = kindMeasured
	case s.seen:
		kind = kindSeen
	}
	d = append(d, kind)
	if kind < kindAbsent {
		for i, v := range []float64{s.eyes, s.shoulders, s.left, s.right} {
			diff(&k.before.place[i], v)
		}
	}
	if kind == kindSeen {
		d = append(d, byte(max(0, slices.Index(Reasons, s.reason))))
	}
	if kind <= kindAngles {
		d = append(d, byte(math.Round(clamp(smooth.Confidence, 0, 1)*255)), smooth.flags())
		for i, v := range smooth.Values {
			diff(&k.before.value[i], v)
		}
	}
	if kind == kindAngles {
		for i, v := range smooth.Angle {
			diff(&k.before.angle[i], v)
		}
	}
	k.block.Data = d
	k.block.Count++
}

// flushSamples hands the block out.
func (e *Engine) flushSamples() {
	if e.block.Count > 0 {
		e.out.Samples = append(e.out.Samples, e.block)
		e.block = SampleBlock{}
	}
}

// Errors of a block that can't be read.
var (
	ErrBlockVersion = errors.New("the measurements are of another version of Sitwell")
	errBlockCut     = errors.New("the measurements are cut short or garbled")
)

// unpack reads a block's samples.
func unpack(b *SampleBlock) ([]sight, error) {
	d := b.Data
	if len(d) < 3 || len(d) > maxBlock {
		return nil, errBlockCut
	}
	if d[0] != sampleVersion || d[1] != byte(measureCount) || d[2] != AngleFeatureCount {
		return nil, ErrBlockVersion
	}
	d = d[3:]
	bad := false
	number := func() uint64 {
		v, n := binary.Uvarint(d)
		if n <= 0 {
			bad = true
			return 0
		}
		d = d[n:]
		return v
	}
	octet := func() byte {
		if len(d) == 0 {
			bad = true
			return 0
		}
		v := d[0]
		d = d[1:]
		return v
	}
	undiff := func(from *int64) float64 {
		v, n := binary.Varint(d)
		if n <= 0 {
			bad = true
			return 0
		}
		d = d[n:]
		*from += v
		if *from < -sampleLimit*sampleScale || *from > sampleLimit*sampleScale {
			bad = true
			return 0
		}
		return float64(*from) / sampleScale
	}
	width, height := number(), number()
	if bad || width == 0 || height == 0 || width > maxSide || height > maxSide {
		return nil, errBlockCut
	}
	var before packed
	var list []sight
	at := b.Start.UnixNano()
	for len(d) > 0 {
		ms := number()
		if ms > uint64(maxBlockTime.Milliseconds()) {
			return nil, errBlockCut
		}
		at += int64(ms) * 1e6
		s := sight{time: at, mono: at, width: int(width), height: int(height)}
		kind := octet()
		if kind < kindAbsent {
			s.seen, s.people = true, 1
			for i, to := range []*float64{&s.eyes, &s.shoulders, &s.left, &s.right} {
				*to = undiff(&before.place[i])
			}
		} else {
			i := int(kind - kindAbsent)
			if i >= len(absences) {
				return nil, errBlockCut
			}
			s.nothing = absences[i]
			s.reason = string(s.nothing)
		}
		if kind == kindSeen {
			if i := int(octet()); i < len(Reasons) {
				s.reason = Reasons[i]
			} else {
				bad = true
			}
		}
		if kind <= kindAngles {
			s.ok = true
			s.m.Confidence = float64(octet()) / 255
			s.m.setFlags(octet())
			for i := range s.m.Values {
				s.m.Values[i] = undiff(&before.value[i])
			}
		}
		if kind == kindAngles {
			s.m.HasAngle = true
			for i := range s.m.Angle {
				s.m.Angle[i] = undiff(&before.angle[i])
			}
		}
		if bad {
			return nil, errBlockCut
		}
		list = append(list, s)
	}
	if len(list) != b.Count {
		return nil, errBlockCut
	}
	return list, nil
}

// End returns the time of the block's last measurement. One that can't be read
// is an error.
func (b *SampleBlock) End() (time.Time, error) {
	list, err := unpack(b)
	if err != nil {
		return time.Time{}, err
	}
	if len(list) == 0 {
		return b.Start, nil
	}
	return time.Unix(0, list[len(list)-1].time).UTC(), nil
}

// Replay tells what would have happened under other rules. The baselines are
// those that the blocks name; blocks of a baseline that is not among them count
// as time that can't be judged. Blocks that can't be read are left out, and the
// error, which comes with all events that could be had, tells how many.
func Replay(p Policy, blocks []SampleBlock, baselines []Baseline) ([]Event, error) {
	p.ProvisionalAfter, p.AutoCalibrate = 0, 0
	if err := p.Check(); err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	byID := make(map[int64]*Baseline, len(baselines))
	for i := range baselines {
		b := baselines[i]
		b.Stale = "" // it was not, when the measurements were taken
		byID[b.ID] = &b
	}
	blocks = slices.Clone(blocks)
	sort.SliceStable(blocks, func(i, j int) bool { return blocks[i].Start.Before(blocks[j].Start) })
	engine, err := NewEngine(p, "")
	if err != nil {
		return nil, err
	}
	var events []Event
	var skipped int
	var why error
	for i := range blocks {
		b := &blocks[i]
		sights, err := unpack(b)
		if err != nil {
			skipped++
			why = err
			continue
		}
		engine.judgeBy(byID[b.Baseline])
		for j := range sights {
			events = append(events, engine.step(&sights[j]).Events...)
		}
	}
	events = append(events, engine.Close().Events...)
	if skipped > 0 {
		return events, fmt.Errorf("replay: %d of %d blocks left out: %w", skipped, len(blocks), why)
	}
	return events, nil
}
