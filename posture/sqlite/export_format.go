package sqlite

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The formats of an export.
const (
	FormatCSV  = "csv"
	FormatJSON = "json"
)

// exportVersion names the format in the file. A column more, or another meaning
// of one, is a version more.
const exportVersion = "sitwell-export/1"

// The records of an export, in their order; a quarter's follows its minutes.
const (
	recordFormat   = "format" // in CSV alone: what follows, in [exportVersion]
	recordZone     = "zone"
	recordBaseline = "baseline"
	recordMeasure  = "measure" // of the baseline before it
	recordSlouch   = "slouch"  // the same
	recordEvent    = "event"
	recordMinute   = "minute"
	recordQuarter  = "quarter" // what is left of one without its minutes
	recordEnd      = "end"
)

// column is a place in a record.
type column int

const (
	colRecord column = iota
	colTime
	colUnix
	colID
	colKind
	colState
	colSignal
	colArea
	colExercise
	colLevel
	colRef
	colSeconds
	colScore
	colText
	colFigures                            // the first of [figures]
	colUpper   column = iota + fields - 1 // after them
	colLower
	colName
	colMedian
	colSpread
	colWay
	colProvisional
	colStale
	colCamera
	colWidth
	colHeight
	colSamples
	colQuality
	colRecords
	colSHA256
	columnCount
)

// form is how a column's values are written, which is all that they are read
// back by.
type form int

const (
	formText  form = iota
	formTime       // RFC 3339, local time
	formUnix       // seconds since 1970, exact to the nanosecond
	formWhole      // an int64
	formMicro      // a decimal of whole millionths
	formFloat      // a float64
	formBool
)

// columns are the names of the columns and their forms. What counts time is in
// seconds, or in minutes where the name says so; a sum of scores and an exposure
// are in point-seconds.
var columns = func() (all [columnCount]struct {
	name string
	form form
	key  string // as it stands in JSON
},
) {
	set := func(c column, name string, f form) { all[c].name, all[c].form, all[c].key = name, f, `,"`+name+`":` }
	set(colRecord, "record", formText)
	all[colRecord].key = `{"record":`
	set(colTime, "time", formTime)
	set(colUnix, "unix", formUnix)
	set(colID, "id", formWhole)
	set(colKind, "kind", formText)
	set(colState, "state", formText)
	set(colSignal, "signal", formText)
	set(colArea, "area", formText)
	set(colExercise, "exercise", formText)
	set(colLevel, "level", formWhole)
	set(colRef, "ref", formWhole)
	set(colSeconds, "seconds", formFloat)
	set(colScore, "score", formFloat)
	set(colText, "text", formText)
	for i, name := range figures {
		switch {
		case i < len(states):
			name += "_s"
		case name == "score_time":
			name = "score_s"
		case name == "stood":
			name = "stood_s"
		}
		set(colFigures+column(i), name, formMicro)
	}
	set(colUpper, "area_upper_back_min", formMicro)
	set(colLower, "area_lower_back_min", formMicro)
	set(colName, "name", formText)
	set(colMedian, "median", formFloat)
	set(colSpread, "spread", formFloat)
	set(colWay, "way", formText)
	set(colProvisional, "provisional", formBool)
	set(colStale, "stale", formText)
	set(colCamera, "camera", formText)
	set(colWidth, "width", formWhole)
	set(colHeight, "height", formWhole)
	set(colSamples, "samples", formWhole)
	set(colQuality, "quality", formFloat)
	set(colRecords, "records", formWhole)
	set(colSHA256, "sha256", formText)
	return all
}()

// recordColumns are the columns that a record of each kind may have, and those
// that it must.
var recordColumns = func() map[string]*struct{ may, must [columnCount]bool } {
	all := map[string]*struct{ may, must [columnCount]bool }{}
	add := func(record string, must, may []column) {
		s := &struct{ may, must [columnCount]bool }{}
		for _, c := range append(must, colRecord) {
			s.may[c], s.must[c] = true, true
		}
		for _, c := range may {
			s.may[c] = true
		}
		all[record] = s
	}
	sums := []column{colTime, colUnix}
	for i := range column(fields) {
		sums = append(sums, colFigures+i)
	}
	derived := []column{colSeconds, colScore, colUpper, colLower}
	add(recordFormat, []column{colText}, nil)
	add(recordZone, []column{colTime, colUnix, colName}, nil)
	add(recordBaseline, []column{colTime, colUnix, colID, colSeconds, colProvisional, colWidth, colHeight, colSamples, colQuality},
		[]column{colWay, colStale, colCamera})
	add(recordMeasure, []column{colRef, colMedian, colSpread}, []column{colName})
	add(recordSlouch, []column{colRef, colMedian}, []column{colName})
	add(recordEvent, []column{colTime, colUnix, colID, colKind, colLevel, colRef, colSeconds},
		[]column{colState, colSignal, colArea, colExercise, colScore, colText})
	add(recordMinute, sums, derived)
	add(recordQuarter, sums, derived)
	add(recordEnd, []column{colRecords, colSHA256}, nil)
	return all
}()

// cell is a value of a record as it is written.
type cell struct {
	column   column
	from, to int // in the line's bytes
	quoted   bool
	free     bool // may hold anything
}

// line is a record being put together, its cells in the columns' order. A cell
// that holds nothing is left out.
type line struct {
	bytes []byte
	cells []cell
}

func (l *line) begin(record string) {
	l.bytes, l.cells = l.bytes[:0], l.cells[:0]
	l.word(colRecord, record)
}

func (l *line) cell(c column, from int, quoted, free bool) {
	l.cells = append(l.cells, cell{c, from, len(l.bytes), quoted, free})
}

// word adds a text of our own, that needs no quotes in CSV.
func (l *line) word(c column, s string) {
	from := len(l.bytes)
	l.bytes = append(l.bytes, s...)
	l.cell(c, from, true, false)
}

// encoded begins a text that is written in base64: what isn't UTF-8, or has a
// NUL, JSON and spreadsheets can't hold. A text that begins so itself is written
// that way too.
const encoded = "base64:"

// text adds any text, or nothing when there is none.
func (l *line) text(c column, s string) {
	if s == "" {
		return
	}
	from := len(l.bytes)
	if strings.HasPrefix(s, encoded) || strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
		l.bytes = base64.StdEncoding.AppendEncode(append(l.bytes, encoded...), []byte(s))
	} else {
		l.bytes = append(l.bytes, s...)
	}
	l.cell(c, from, true, true)
}

func (l *line) whole(c column, v int64) {
	from := len(l.bytes)
	l.bytes = strconv.AppendInt(l.bytes, v, 10)
	l.cell(c, from, false, false)
}

func (l *line) boolean(c column, v bool) {
	from := len(l.bytes)
	l.bytes = strconv.AppendBool(l.bytes, v)
	l.cell(c, from, false, false)
}

// float adds the shortest decimal that is read back as v, without an exponent,
// so that it is written as a whole number of millionths is.
func (l *line) float(c column, v float64) {
	from := len(l.bytes)
	l.bytes = strconv.AppendFloat(l.bytes, v, 'f', -1, 64)
	l.cell(c, from, false, false)
}

// micro adds a number of millionths.
func (l *line) micro(c column, v int64) {
	from := len(l.bytes)
	l.bytes = appendFixed(l.bytes, v, 6)
	l.cell(c, from, false, false)
}

// unix adds nanoseconds as seconds. As a number JSON's readers would round them:
// it is a text there.
func (l *line) unix(ns int64) {
	from := len(l.bytes)
	l.bytes = appendFixed(l.bytes, ns, 9)
	l.cell(colUnix, from, true, false)
}

// time adds an instant in RFC 3339, in local time.
func (l *line) time(d *dater, second, ns, offset int64) {
	from := len(l.bytes)
	l.bytes = d.append(l.bytes, second, ns, offset)
	l.cell(colTime, from, true, false)
}

// appendFixed appends v as a decimal whose last places are its last digits,
// without noughts at its end.
func appendFixed(to []byte, v int64, places int) []byte {
	u := uint64(v)
	if v < 0 {
		to = append(to, '-')
		u = -u
	}
	unit := pow10[places]
	to = strconv.AppendUint(to, u/unit, 10)
	rest := u % unit
	if rest == 0 {
		return to
	}
	to = append(to, '.')
	for rest != 0 {
		unit /= 10
		to = append(to, '0'+byte(rest/unit))
		rest %= unit
	}
	return to
}

var pow10 = [...]uint64{1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// dater writes times, fast where they follow each other.
type dater struct {
	day  int64 // since 1970, of text
	text []byte
}

// append writes an instant in the local time that is offset seconds ahead of UTC.
func (d *dater) append(to []byte, second, ns, offset int64) []byte {
	// Before standard time offsets had seconds, which RFC 3339 doesn't.
	offset -= offset % 60
	local := second + offset
	day := floorDiv(local, 86400)
	if d.text == nil || day != d.day {
		d.day, d.text = day, time.Unix(day*86400, 0).UTC().AppendFormat(d.text[:0], time.DateOnly)
	}
	s := local - day*86400
	to = append(to, d.text...)
	to = appendTwo(append(to, 'T'), s/3600)
	to = appendTwo(append(to, ':'), s/60%60)
	to = appendTwo(append(to, ':'), s%60)
	if ns != 0 {
		to = append(to, '.')
		for unit := int64(1e8); ns != 0; unit /= 10 {
			to = append(to, '0'+byte(ns/unit))
			ns %= unit
		}
	}
	if offset == 0 {
		return append(to, 'Z')
	}
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	to = appendTwo(append(to, sign), offset/3600)
	return appendTwo(append(to, ':'), offset/60%60)
}

func appendTwo(to []byte, v int64) []byte { return append(to, '0'+byte(v/10), '0'+byte(v%10)) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// appendCSV appends the record as RFC 4180 has it.
func (l *line) appendCSV(to []byte) []byte {
	at := colRecord
	for _, c := range l.cells {
		for ; at < c.column; at++ {
			to = append(to, ',')
		}
		text := l.bytes[c.from:c.to]
		if c.free {
			to = appendCSVText(to, text)
		} else {
			to = append(to, text...)
		}
	}
	for ; at < columnCount-1; at++ {
		to = append(to, ',')
	}
	return append(to, '\r', '\n')
}

// appendCSVText quotes what needs it: a space at the beginning or the end too,
// which some programs would take away.
func appendCSVText(to, text []byte) []byte {
	plain := len(text) > 0 && text[0] != ' ' && text[len(text)-1] != ' '
	for _, b := range text {
		plain = plain && b != '"' && b != ',' && b != '\r' && b != '\n'
	}
	if plain {
		return append(to, text...)
	}
	to = append(to, '"')
	for _, b := range text {
		if b == '"' {
			to = append(to, '"')
		}
		to = append(to, b)
	}
	return append(to, '"')
}

// appendJSON appends the record as an object.
func (l *line) appendJSON(to []byte) []byte {
	for _, c := range l.cells {
		to = append(to, columns[c.column].key...)
		text := l.bytes[c.from:c.to]
		switch {
		case c.free:
			to = appendJSONText(to, text)
		case c.quoted:
			to = append(append(append(to, '"'), text...), '"')
		default:
			to = append(to, text...)
		}
	}
	return append(to, '}')
}

// appendJSONText quotes UTF-8.
func appendJSONText(to, text []byte) []byte {
	const digits = "0123456789abcdef"
	to = append(to, '"')
	for _, b := range text {
		switch {
		case b == '"' || b == '\\':
			to = append(to, '\\', b)
		case b == '\n':
			to = append(to, '\\', 'n')
		case b < ' ' || b == 0x7f:
			to = append(to, '\\', 'u', '0', '0', digits[b>>4], digits[b&15])
		default:
			to = append(to, b)
		}
	}
	return append(to, '"')
}

// csvHeader is the first line in CSV.
var csvHeader = func() string {
	names := make([]string, columnCount)
	for i, c := range columns {
		names[i] = c.name
	}
	return strings.Join(names, ",") + "\r\n"
}()

// flushAt is how many bytes are written at once.
const flushAt = 64 << 10

// exporter writes records in a format. The sum at the end is that of the records
// in CSV, whatever the format: it is the same history.
type exporter struct {
	to      io.Writer
	json    bool
	line    line
	csv     []byte // not yet summed, nor written in CSV
	text    []byte // not yet written in JSON
	sum     hash.Hash
	records int64
}

func newExporter(to io.Writer, format string) (*exporter, error) {
	if format != FormatCSV && format != FormatJSON {
		return nil, fmt.Errorf("%w: format %.30q, want %s or %s", ErrInvalid, format, FormatCSV, FormatJSON)
	}
	return &exporter{to: to, json: format == FormatJSON, sum: sha256.New()}, nil
}

// begin writes what stands before the records.
func (x *exporter) begin() error {
	if x.json {
		x.text = append(x.text, `{"format":"`+exportVersion+`","records":[`...)
		return nil
	}
	x.line.begin(recordFormat)
	x.line.word(colText, exportVersion)
	_, err := x.to.Write(x.line.appendCSV([]byte(csvHeader)))
	return err
}

// put writes the record that the line holds.
func (x *exporter) put() error {
	x.csv = x.line.appendCSV(x.csv)
	if x.json {
		if x.records > 0 {
			x.text = append(x.text, ',')
		}
		x.text = x.line.appendJSON(append(x.text, '\n'))
	}
	x.records++
	if len(x.csv) < flushAt && len(x.text) < flushAt {
		return nil
	}
	return x.flush()
}

func (x *exporter) flush() error {
	x.sum.Write(x.csv)
	text := x.csv
	if x.json {
		text = x.text
	}
	_, err := x.to.Write(text)
	x.csv, x.text = x.csv[:0], x.text[:0]
	return err
}

// end writes what closes the file: how many records there are, and their sum.
func (x *exporter) end() error {
	if err := x.flush(); err != nil {
		return err
	}
	sum := hex.EncodeToString(x.sum.Sum(nil))
	x.line.begin(recordEnd)
	x.line.whole(colRecords, x.records)
	x.line.word(colSHA256, sum)
	var text []byte
	if x.json {
		text = x.line.appendJSON([]byte("\n],\"end\":"))
		text = append(text, '}', '\n')
	} else {
		text = x.line.appendCSV(nil)
	}
	_, err := x.to.Write(text)
	return err
}
