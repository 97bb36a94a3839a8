package sqlite

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"sitwell/posture"
)

// little is a history of few records with something of each kind.
func little(t testing.TB) *Store {
	t.Helper()
	s := mustOpen(t, tempPath(t))
	if _, err := s.SaveZone(t.Context(), t0, "Europe/Berlin"); err != nil {
		t.Fatal(err)
	}
	b, err := s.SaveBaseline(t.Context(), posture.Baseline{
		Time: t0, Camera: "Webcam, left", Width: 4, Height: 3, Quality: 0.5,
		Measures: map[string]posture.Statistic{"neck": {Median: 1.25, Spread: 0.5}}, Slouch: map[string]float64{"neck": 0.75},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AppendEvents(t.Context(), []posture.Event{
		alert(1),
		{Kind: posture.EventWrong, Time: t0, Ref: 1, Text: "a \"quoted\"\nline", Level: 1},
		{Kind: posture.EventBaselineUsed, Time: t0, Ref: b.ID, Text: "\xff\x00"},
	}); err != nil {
		t.Fatal(err)
	}
	at := t0.Truncate(15 * time.Minute)
	if err := s.AddMinutes(t.Context(), []posture.Minute{someMinute(at, 1), someMinute(at.Add(time.Minute), 2)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PruneMinutes(t.Context(), at.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return s
}

// trial holds two histories with nothing in them; making new ones for each try
// would take most of the time.
type trial struct {
	into, again *Store
	empty       string
}

func newTrial(t testing.TB) *trial {
	r := &trial{into: mustOpen(t, tempPath(t)), again: mustOpen(t, tempPath(t))}
	r.empty = dump(t, r.into)
	return r
}

// do reads text into an empty history: it is either refused, and nothing is
// there, or taken, and then exports as something that is taken again.
func (r *trial) do(t *testing.T, text []byte) (taken string) {
	if _, err := imported(r.into, text); err != nil {
		var bad *ImportError
		if !errors.As(err, &bad) {
			t.Errorf("got %T %v, want an *ImportError", err, err)
		}
		if dump(t, r.into) != r.empty {
			t.Fatalf("refused with %v, but something is there", err)
		}
		return ""
	}
	taken = dump(t, r.into)
	if mustImport(t, r.again, exported(t, r.into, dayRange{}, FormatJSON)); dump(t, r.again) != taken {
		t.Error("exported and read again it is something else")
	}
	for _, s := range []*Store{r.into, r.again} {
		if _, err := s.write.Exec(`DELETE FROM zone; DELETE FROM baseline; DELETE FROM event; DELETE FROM minute; DELETE FROM quarter`); err != nil {
			t.Fatal(err)
		}
	}
	return taken
}

// What is edited in any way is either refused or means the very same.
func FuzzImportEdited(f *testing.F) {
	s, try := little(f), newTrial(f)
	want := dump(f, s)
	texts := [][]byte{exported(f, s, dayRange{}, FormatCSV), exported(f, s, dayRange{}, FormatJSON)}
	for js := range 2 {
		n := uint32(len(texts[js]))
		for _, at := range []uint32{0, 1, 100, n / 2, n / 2 * 4 / 3, n - 2, n - 1} {
			f.Add(js == 1, at, uint32(1), []byte("0"))
			f.Add(js == 1, at, uint32(0), []byte("1"))
			f.Add(js == 1, at, uint32(0), []byte("\n"))
			f.Add(js == 1, at, n, []byte(nil))
			f.Add(js == 1, at, uint32(1), []byte(nil))
		}
	}
	f.Fuzz(func(t *testing.T, js bool, at, away uint32, instead []byte) {
		text := texts[0]
		if js {
			text = texts[1]
		}
		from := int(at) % (len(text) + 1)
		to := from + min(int(away), len(text)-from)
		edited := append(append(bytes.Clone(text[:from]), instead...), text[to:]...)
		if got := try.do(t, edited); got != "" && got != want {
			t.Errorf("%d to %d replaced by %q is taken for something else", from, to, instead)
		}
	})
}

// Records of any cells, with an end that fits them, are refused or kept.
func FuzzImportCells(f *testing.F) {
	s, try := little(f), newTrial(f)
	text := exported(f, s, dayRange{}, FormatCSV)
	for c := range columnCount {
		for i, v := range []string{"", "-1", "9223372036854775808", "1e308", "0.000001", "alert", "base64:/w=="} {
			f.Add(uint8(i*3), uint8(c), v)
		}
	}
	m, err := NewImport(bytes.NewReader(text))
	if err != nil {
		f.Fatal(err)
	}
	var records []record
	for {
		var r record
		if err := m.source.next(&r); err != nil {
			f.Fatal(err)
		}
		if r.kind == recordEnd {
			break
		}
		records = append(records, r)
	}
	f.Fuzz(func(t *testing.T, which, what uint8, text string) {
		var b bytes.Buffer
		x, _ := newExporter(&b, FormatCSV)
		if err := x.begin(); err != nil {
			t.Fatal(err)
		}
		for i, r := range records {
			if i == int(which)%len(records) {
				r.values[column(what)%columnCount] = value{set: text != "", text: text}
			}
			// As the exporter would write them, had they been there.
			x.line.begin(r.values[colRecord].text)
			for c := colTime; c < columnCount; c++ {
				if v := r.values[c]; v.set {
					from := len(x.line.bytes)
					x.line.bytes = append(x.line.bytes, v.text...)
					x.line.cell(c, from, true, true)
				}
			}
			if err := x.put(); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.end(); err != nil {
			t.Fatal(err)
		}
		try.do(t, b.Bytes())
	})
}

// Bytes of any kind are refused or kept.
func FuzzImport(f *testing.F) {
	// Whole histories are tried above: what is small is altered sooner.
	try := newTrial(f)
	f.Add(exported(f, try.into, dayRange{}, FormatCSV))
	f.Add([]byte(csvHeader))
	f.Add([]byte(`{"format":"sitwell-export/1","records":[],"end":{"record":"end","records":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}`))
	f.Add([]byte(`{"format":"sitwell-export/1","records":[{"record":"zone","unix":[[[[`))
	f.Add([]byte("\ufeff record,\"\"\"\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) { try.do(t, text) })
}
