package report

import (
	"fmt"
	"math"
	"strings"
	"unicode"
)

// markdown writes a view as GitHub's Markdown, that reads as it is too.
func markdown(out *strings.Builder, v *view) {
	line := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	so := ""
	if v.SoFar {
		so = ", so far"
	}
	line("# Sitwell: %s%s\n", plain(v.Title), so)
	for _, f := range v.Facts {
		line("- **%s:** %s", plain(f.Name), plain(f.Text))
	}
	line("\n## In short\n")
	for _, s := range v.Summary {
		line("- %s", plain(s))
	}
	if len(v.Findings) > 0 || v.NoFind != "" {
		line("\n## What stands out\n")
	}
	for _, f := range v.Findings {
		line("- %s", plain(f.Text))
		line("  %s. Rests on %s.", plain(capital(f.Figures)), plain(f.Behind))
	}
	if v.NoFind != "" {
		line("%s", plain(v.NoFind))
	}
	for i := range v.Sections {
		s := &v.Sections[i]
		line("\n## %s", plain(s.Title))
		for _, text := range s.Text {
			line("\n%s", plain(text))
		}
		for j := range s.Tables {
			s.Tables[j].markdown(out)
		}
		for _, n := range s.Notes {
			line("\n%s", plain(n))
		}
	}
	line("\n## How to read it\n")
	for _, t := range v.Terms {
		line("- **%s:** %s", plain(t.Name), plain(t.Text))
	}
	for _, c := range v.Closing {
		line("\n%s", plain(c))
	}
}

// markdown writes a table in columns of even width, so that it can be read as it
// is.
func (t *table) markdown(out *strings.Builder) {
	head := make([]string, 0, len(t.Head)+1)
	for _, h := range t.Head {
		head = append(head, plain(h))
	}
	if t.Bar != "" {
		head = append(head, plain(t.Bar))
	}
	rows := [][]string{head}
	for i := range t.Rows {
		r := &t.Rows[i]
		cells := []string{plain(r.Name)}
		for _, c := range r.Cells {
			cells = append(cells, plain(c))
		}
		if t.Words {
			cells = []string{cells[0], strings.Join(cells[1:], ", ")}
		}
		if t.Bar != "" {
			cells = append(cells, bar(r.Bar))
		}
		rows = append(rows, cells)
	}
	wide := make([]int, len(head))
	for _, cells := range rows {
		for i, c := range cells {
			wide[i] = max(wide[i], 3, len([]rune(c)))
		}
	}
	if t.Words {
		wide[len(wide)-1] = 3 // lists are as long as they are
	}
	fmt.Fprintf(out, "\n%s:\n\n", plain(t.Caption))
	// The names and the bars stand left, figures right.
	left := func(i int) bool { return i <= t.Left || t.Words || t.Bar != "" && i == len(head)-1 }
	for n, cells := range rows {
		for i, c := range cells {
			space := strings.Repeat(" ", max(0, wide[i]-len([]rune(c))))
			if left(i) {
				fmt.Fprintf(out, "| %s%s ", c, space)
			} else {
				fmt.Fprintf(out, "| %s%s ", space, c)
			}
		}
		out.WriteString("|\n")
		if n > 0 {
			continue
		}
		for i := range cells {
			if left(i) {
				fmt.Fprintf(out, "| %s ", strings.Repeat("-", wide[i]))
			} else {
				fmt.Fprintf(out, "| %s: ", strings.Repeat("-", wide[i]-1))
			}
		}
		out.WriteString("|\n")
	}
}

// barWide is how many characters a whole bar has.
const barWide = 10

// bar draws a share of 0 to 1; nothing when there is none.
func bar(share float64) string {
	if share < 0 {
		return ""
	}
	n := int(math.Round(barWide * math.Min(1, share)))
	return strings.Repeat("█", n) + strings.Repeat("░", barWide-n)
}

// plain makes text that Markdown takes as it is: on one line, with nothing in it
// that means anything.
func plain(s string) string {
	var out strings.Builder
	text := []rune(strings.Join(strings.Fields(s), " "))
	letter := func(i int) bool {
		return i >= 0 && i < len(text) && (unicode.IsLetter(text[i]) || unicode.IsDigit(text[i]))
	}
	for i, c := range text {
		switch {
		case unicode.IsControl(c), unicode.Is(unicode.Cf, c):
			continue
		case c == '_' && letter(i-1) && letter(i+1): // as in America/New_York
		case strings.ContainsRune("\\`*_<>[]|#&~", c):
			out.WriteByte('\\')
		}
		out.WriteRune(c)
	}
	return out.String()
}
