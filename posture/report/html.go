package report

import (
	_ "embed"
	"html/template"
	"strings"
)

//go:embed page.html
var pageText string

// page is the HTML report; what it is given it escapes.
var page = template.Must(template.New("report").Funcs(template.FuncMap{"kept": kept}).Parse(pageText))

// kept keeps a per cent sign on the line of its figure.
func kept(s string) string { return strings.ReplaceAll(s, " %", "\u00a0%") }
