package report

import (
	_ "embed"
	"html/template"
)

//go:embed page.html
var pageText string

// page is the HTML report; what it is given it escapes.
var page = template.Must(template.New("report").Parse(pageText))
