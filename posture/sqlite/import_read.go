package sqlite

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// ImportError says what is wrong with an export that was to be read back.
type ImportError struct {
	// Line is where in a CSV file, Record which of the records in JSON,
	// counted from 1; 0 when it is of the whole.
	Line, Record int64
	// Problem is what is wrong, and what to do about it where that helps.
	Problem string
}

// Error returns the place and the problem.
func (e *ImportError) Error() string {
	switch {
	case e.Line > 0:
		return fmt.Sprintf("line %d: %s", e.Line, e.Problem)
	case e.Record > 0:
		return fmt.Sprintf("record %d: %s", e.Record, e.Problem)
	}
	return e.Problem
}

// Unwrap returns [ErrInvalid].
func (e *ImportError) Unwrap() error { return ErrInvalid }

const (
	// maxRecord is the most that one record may take in the file, in bytes: a
	// sentence is some hundred.
	maxRecord = 1 << 20
	// byteOrderMark is what some programs put before UTF-8.
	byteOrderMark = "\ufeff"
	// cutShort is said of a file that ends too early.
	cutShort = "the file ends here, before its end record: it was cut short, so export it again"
)

// value is a cell that was read.
type value struct {
	set   bool // it holds something
	text  string
	whole int64 // of formWhole, formMicro, formUnix (ns) and formBool; the offset of formTime
	float float64
}

// record is one that was read.
type record struct {
	kind         string
	line, number int64 // where it stands; see [ImportError]
	values       [columnCount]value
}

func (r *record) bad(format string, args ...any) error {
	return &ImportError{Line: r.line, Record: r.number, Problem: fmt.Sprintf(format, args...)}
}

// reset empties r for the next one.
func (r *record) reset() { *r = record{} }

// Import is an export that is being read back: [NewImport] made it, and
// [Store.Import] takes it.
type Import struct {
	source interface {
		// next reads a record's texts. The first is of the kind format,
		// and after that of the kind end there is [io.EOF] or an error.
		next(*record) error
	}
	// Format is [FormatCSV] or [FormatJSON].
	Format string
}

// NewImport begins to read an export in either format, so that what isn't one is
// told before anything is done with it. Its errors are r's, or an *[ImportError].
func NewImport(r io.Reader) (*Import, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	if start, _ := b.Peek(len(byteOrderMark)); string(start) == byteOrderMark {
		_, _ = b.Discard(len(start))
	}
	first, err := firstByte(b)
	if err != nil {
		return nil, err
	}
	m := &Import{Format: FormatCSV}
	if first == '{' {
		m.Format, m.source = FormatJSON, newJSONReader(b)
	} else if m.source, err = newCSVReader(b); err != nil {
		return nil, err
	}
	var head record
	if err := m.source.next(&head); err == io.EOF {
		return nil, &ImportError{Problem: "there is nothing in it: " + cutShort}
	} else if err != nil {
		return nil, err
	}
	if head.kind != recordFormat {
		return nil, head.bad("got a record %.40q, want the format first: this is no export of Sitwell, or its beginning is missing", head.kind)
	}
	if v := head.values[colText].text; v != exportVersion {
		return nil, head.bad("the format is %.40q, and this Sitwell reads %s: use the Sitwell that wrote it, or a newer one", v, exportVersion)
	}
	return m, nil
}

// firstByte looks for the first byte that is no white space, and leaves it. No
// more than a buffer full is looked through.
func firstByte(b *bufio.Reader) (byte, error) {
	for n := 1; n <= b.Size(); n++ {
		start, err := b.Peek(n)
		if len(start) < n {
			if errors.Is(err, io.EOF) {
				return 0, &ImportError{Problem: "there is nothing in it: give a file that sitwell export wrote"}
			}
			return 0, err
		}
		if c := start[n-1]; !isSpace(c) {
			return c, nil
		}
	}
	return 0, &ImportError{Problem: "it begins with nothing but white space: this is no export of Sitwell"}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// csvReader reads RFC 4180, its lines ended by CR LF or LF. (The one of the
// standard library makes LF of a CR LF within quotes, which would alter a text.)
type csvReader struct {
	r       *bufio.Reader
	at      int64    // line of the byte that comes next
	columns []column // of the file, in its order
	bytes   []byte   // of the cells, one after the other
	ends    []int    // where each ends
	ended   bool
}

func newCSVReader(r *bufio.Reader) (*csvReader, error) {
	c := &csvReader{r: r, at: 1}
	if err := c.cells(); err != nil {
		return nil, err
	}
	var seen [columnCount]bool
	for i := range c.ends {
		name := c.cell(i)
		at := column(0)
		for at < columnCount && columns[at].name != name {
			at++
		}
		switch {
		case i == 0 && at != colRecord:
			return nil, &ImportError{Line: 1, Problem: fmt.Sprintf("the first column is %.40q, want %q: this is no export of Sitwell", name, columns[colRecord].name)}
		case at == columnCount:
			return nil, &ImportError{Line: 1, Problem: fmt.Sprintf("the column %.40q is not known: the file was edited, or a newer Sitwell wrote it", name)}
		case seen[at]:
			return nil, &ImportError{Line: 1, Problem: fmt.Sprintf("the column %q is there twice", name)}
		}
		seen[at] = true
		c.columns = append(c.columns, at)
	}
	for at, ok := range seen {
		if !ok {
			return nil, &ImportError{Line: 1, Problem: fmt.Sprintf("the column %q is missing", columns[at].name)}
		}
	}
	return c, nil
}

func (c *csvReader) cell(i int) string {
	from := 0
	if i > 0 {
		from = c.ends[i-1]
	}
	return string(c.bytes[from:c.ends[i]])
}

// cells reads the cells of a record, or returns io.EOF when there is none.
func (c *csvReader) cells() error {
	c.bytes, c.ends = c.bytes[:0], c.ends[:0]
	line := c.at
	bad := func(problem string) error { return &ImportError{Line: line, Problem: problem} }
	const (
		begin = iota // of a cell
		plain
		quoted
		after // a quote within a quoted cell: its end, or half of one
	)
	state := begin
	for read := 0; ; read++ {
		b, err := c.r.ReadByte()
		if err == io.EOF {
			switch {
			case read == 0:
				return io.EOF
			case state == quoted:
				return bad("a quoted text has no end: " + cutShort)
			}
			c.ends = append(c.ends, len(c.bytes))
			return nil
		}
		if err != nil {
			return err
		}
		if read >= maxRecord {
			return bad(fmt.Sprintf("the record is over %d bytes: this is no export of Sitwell", maxRecord))
		}
		if b == '\n' {
			c.at++
		}
		if state == quoted {
			if b == '"' {
				state = after
			} else {
				c.bytes = append(c.bytes, b)
			}
			continue
		}
		if b == '\r' {
			if next, err := c.r.Peek(1); err != nil || next[0] != '\n' {
				return bad("a carriage return stands alone")
			}
			continue // the line feed does it
		}
		switch {
		case b == '"' && state == begin:
			state = quoted
		case b == '"' && state == after:
			c.bytes = append(c.bytes, b)
			state = quoted
		case b == '"':
			return bad(`a quote stands within a cell: write it twice, and the cell in quotes`)
		case b == ',' || b == '\n':
			c.ends = append(c.ends, len(c.bytes))
			if b == '\n' {
				return nil
			}
			if len(c.ends) > int(columnCount) {
				return bad(fmt.Sprintf("there are more than %d cells", columnCount))
			}
			state = begin
		case state == after:
			return bad("something follows the end of a quoted cell")
		default:
			c.bytes = append(c.bytes, b)
			state = plain
		}
	}
}

func (c *csvReader) next(r *record) error {
	r.reset()
	r.line = c.at
	if err := c.cells(); err == io.EOF {
		if !c.ended {
			return &ImportError{Line: r.line, Problem: cutShort}
		}
		return io.EOF
	} else if err != nil {
		return err
	}
	if c.ended {
		return r.bad("something follows the end record")
	}
	if len(c.ends) != len(c.columns) {
		why := ""
		if _, err := c.r.Peek(1); err == io.EOF {
			why = ": it was cut short, so export it again"
		}
		return r.bad("there are %d cells, want %d%s", len(c.ends), len(c.columns), why)
	}
	for i, at := range c.columns {
		if text := c.cell(i); text != "" {
			r.values[at] = value{set: true, text: text}
		}
	}
	r.kind = r.values[colRecord].text
	c.ended = r.kind == recordEnd
	return nil
}

// limited keeps the decoder from reading a value that never ends into memory.
type limited struct {
	r          io.Reader
	read, most int64 // bytes
}

var errTooLong = errors.New("too long")

func (l *limited) Read(p []byte) (int, error) {
	if l.read >= l.most {
		return 0, errTooLong
	}
	n, err := l.r.Read(p)
	l.read += int64(n)
	return n, err
}

// jsonReader reads {"format":..., "records":[{...},...], "end":{...}}, whose parts
// and keys may be in any order but for the format, which is before the records.
type jsonReader struct {
	limit   *limited
	decoder *json.Decoder
	number  int64 // of the record read last
	place   int   // as below
	seen    map[string]bool
	end     *record
}

// Where a jsonReader is.
const (
	atStart = iota
	inObject
	inRecords
	atEnd
)

func newJSONReader(r io.Reader) *jsonReader {
	l := &limited{r: r}
	j := &jsonReader{limit: l, decoder: json.NewDecoder(l), seen: map[string]bool{}}
	j.decoder.UseNumber()
	return j
}

func (j *jsonReader) bad(format string, args ...any) error {
	return &ImportError{Record: j.number, Problem: fmt.Sprintf(format, args...)}
}

// token reads the next one.
func (j *jsonReader) token() (json.Token, error) {
	t, err := j.decoder.Token()
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return t, nil
	case errors.Is(err, errTooLong):
		return nil, j.bad("the record is over %d bytes: this is no export of Sitwell", maxRecord)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, j.bad(cutShort)
	case errors.As(err, &syntax):
		return nil, j.bad("this is not JSON: %s", err)
	}
	return nil, err
}

// want reads a token that must be d.
func (j *jsonReader) want(d json.Delim) error {
	t, err := j.token()
	if err == nil && t != d {
		err = j.bad("got %s, want %s", told(t), d)
	}
	return err
}

// told is a token as an error shows it.
func told(t json.Token) string {
	switch t := t.(type) {
	case json.Delim:
		return t.String()
	case string:
		return fmt.Sprintf("%.40q", t)
	case nil:
		return "null"
	}
	return fmt.Sprintf("%.40v", t)
}

func (j *jsonReader) next(r *record) error {
	// What the decoder holds already is not counted again.
	j.limit.most = j.decoder.InputOffset() + maxRecord
	for {
		switch j.place {
		case atStart:
			if err := j.want('{'); err != nil {
				return err
			}
			j.place = inObject
		case inRecords:
			if j.decoder.More() {
				j.number++
				return j.object(r)
			}
			if err := j.want(']'); err != nil {
				return err
			}
			j.number = 0
			j.place = inObject
		case inObject:
			if !j.decoder.More() {
				return j.close(r)
			}
			if done, err := j.part(r); done || err != nil {
				return err
			}
		default:
			return io.EOF
		}
	}
}

// part reads a key of the whole and what it has; done when that is a record.
func (j *jsonReader) part(r *record) (done bool, err error) {
	t, err := j.token()
	if err != nil {
		return false, err
	}
	key, _ := t.(string)
	if j.seen[key] {
		return false, j.bad("the key %.40q is there twice", key)
	}
	j.seen[key] = true
	switch key {
	case "format":
		r.reset()
		r.kind = recordFormat
		if t, err = j.token(); err != nil {
			return false, err
		}
		text, ok := t.(string)
		if !ok {
			return false, j.bad("the format is %s, want a text", told(t))
		}
		r.values[colText] = value{set: true, text: text}
		return true, nil
	case "records":
		if !j.seen["format"] {
			return false, j.bad("the key format is not there before the records: this is no export of Sitwell")
		}
		j.place = inRecords
		return false, j.want('[')
	case "end":
		j.end = &record{}
		return false, j.object(j.end)
	}
	return false, j.bad("the key %.40q is not known: this is no export of Sitwell, or a newer Sitwell wrote it", key)
}

// close reads what ends the whole, and then gives the end record.
func (j *jsonReader) close(r *record) error {
	if err := j.want('}'); err != nil {
		return err
	}
	var syntax *json.SyntaxError
	switch t, err := j.decoder.Token(); {
	case err == io.EOF:
	case err == nil, errors.Is(err, errTooLong), errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF):
		return j.bad("something follows the end: %s", told(t))
	default:
		return err
	}
	j.place = atEnd
	if !j.seen["records"] || j.end == nil {
		return j.bad("the records or the end are missing: export it again")
	}
	if j.end.kind != recordEnd {
		return j.bad("the end is a record %.40q", j.end.kind)
	}
	*r = *j.end
	return nil
}

// object reads a record: texts, numbers, true and false; null is nothing.
func (j *jsonReader) object(r *record) error {
	r.reset()
	r.number = j.number
	if err := j.want('{'); err != nil {
		return err
	}
	var seen [columnCount]bool
	for j.decoder.More() {
		t, err := j.token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		at, ok := columnAt[key]
		if !ok {
			return j.bad("the key %.40q is not known: the file was edited, or a newer Sitwell wrote it", key)
		}
		if seen[at] {
			return j.bad("the key %q is there twice", key)
		}
		seen[at] = true
		if t, err = j.token(); err != nil {
			return err
		}
		v := value{set: true}
		switch t := t.(type) {
		case string:
			v.text, v.set = t, t != ""
		case json.Number:
			v.text = t.String()
		case bool:
			v.text = strconv.FormatBool(t)
		case nil:
			v.set = false
		default:
			return j.bad("%s is %s, want a text or a number", key, told(t))
		}
		r.values[at] = v
	}
	r.kind = r.values[colRecord].text
	return j.want('}')
}

var columnAt = func() map[string]column {
	all := make(map[string]column, columnCount)
	for i, c := range columns {
		all[c.name] = column(i)
	}
	return all
}()

// parse reads the texts of r, checks them against its kind and puts it into a
// line as the export had it.
func (r *record) parse(l *line, d *dater) error {
	has, ok := recordColumns[r.kind]
	if !ok {
		return r.bad("a record %.40q is not known: the file was edited, or a newer Sitwell wrote it", r.kind)
	}
	l.bytes, l.cells = l.bytes[:0], l.cells[:0]
	for c := range columnCount {
		v := &r.values[c]
		name := columns[c].name
		switch {
		case !v.set && has.must[c]:
			return r.bad("%s has no %s", r.kind, name)
		case !v.set:
			continue
		case !has.may[c]:
			return r.bad("%s has %s, which is none of its columns", r.kind, name)
		}
		switch columns[c].form {
		case formText:
			if text, is := strings.CutPrefix(v.text, encoded); is {
				raw, err := base64.StdEncoding.Strict().DecodeString(text)
				if err != nil {
					return r.bad("%s begins with %q, but what follows is not base64", name, encoded)
				}
				v.text = string(raw)
			} else if !utf8.ValidString(v.text) || strings.IndexByte(v.text, 0) >= 0 {
				return r.bad("%s is not UTF-8", name)
			}
			l.text(c, v.text)
		case formTime:
			// The instant is that of the column after it.
			unix, ok := parseFixed(r.values[colUnix].text, 9)
			if !ok {
				return r.bad("unix is %.40q, want seconds since 1970, of the years 1678 to 2262", r.values[colUnix].text)
			}
			t, err := time.Parse(time.RFC3339Nano, v.text)
			if err != nil {
				return r.bad("time is %.40q, want it as 2026-11-20T09:00:00+01:00", v.text)
			}
			_, offset := t.Zone()
			v.whole = int64(offset)
			second := floorDiv(unix, 1e9)
			if t.Unix() != second || int64(t.Nanosecond()) != unix-second*1e9 {
				return r.bad("time is %.40q, but unix is %.40q: the file was edited", v.text, r.values[colUnix].text)
			}
			l.time(d, second, unix-second*1e9, v.whole)
		case formUnix:
			v.whole, _ = parseFixed(v.text, 9) // as above
			l.unix(v.whole)
		case formWhole:
			if v.whole, ok = parseWhole(v.text); !ok {
				return r.bad("%s is %.40q, want a whole number", name, v.text)
			}
			l.whole(c, v.whole)
		case formMicro:
			if v.whole, ok = parseMicro(v.text); !ok {
				return r.bad("%s is %.40q, want a number of six decimals at most, from 0", name, v.text)
			}
			l.micro(c, v.whole)
		case formFloat:
			f, err := strconv.ParseFloat(v.text, 64)
			if err != nil || !finite(f) || !decimal(v.text) {
				return r.bad("%s is %.40q, want a number", name, v.text)
			}
			v.float = f
			l.float(c, f)
		case formBool:
			if v.text != "true" && v.text != "false" {
				return r.bad("%s is %.40q, want true or false", name, v.text)
			}
			l.boolean(c, v.text == "true")
		}
	}
	return nil
}

// decimal reports whether a number is written as in JSON, not in one of Go's
// other ways.
func decimal(s string) bool { return strings.Trim(s, "0123456789+-.eE") == "" }

// parseFixed reads a decimal exactly, as a whole number of its last place.
func parseFixed(s string, places int) (int64, bool) {
	digits, negative := strings.CutPrefix(s, "-")
	before, after, point := strings.Cut(digits, ".")
	if before == "" || point && after == "" || len(after) > places || len(before) > 19 {
		return 0, false
	}
	var v uint64
	for _, part := range []string{before, after} {
		for _, c := range []byte(part) {
			if c < '0' || c > '9' || v > math.MaxInt64/10 {
				return 0, false
			}
			v = v*10 + uint64(c-'0')
		}
	}
	for range places - len(after) {
		if v > math.MaxInt64/10 {
			return 0, false
		}
		v *= 10
	}
	most := uint64(math.MaxInt64)
	if negative {
		most++
	}
	if v > most {
		return 0, false
	}
	if negative {
		v = -v
	}
	return int64(v), true
}

// parseMicro reads a number of millionths, 0 or more. A program that read it as a
// float64 and wrote it in another way meant the same.
func parseMicro(s string) (int64, bool) {
	if v, ok := parseFixed(s, 6); ok {
		return v, v >= 0
	}
	f, err := strconv.ParseFloat(s, 64)
	v := math.Round(f * 1e6)
	if err != nil || !decimal(s) || !(v >= 0 && v < 1<<53) || v/1e6 != f {
		return 0, false
	}
	return int64(v), true
}

// parseWhole reads an int64, or what a program makes of one that knows floats
// alone.
func parseWhole(s string) (int64, bool) {
	if v, err := strconv.ParseInt(s, 10, 64); err == nil {
		return v, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !decimal(s) || f != math.Trunc(f) || math.Abs(f) >= 1<<53 {
		return 0, false
	}
	return int64(f), true
}
