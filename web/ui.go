package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
)

//go:embed all:ui/dist
var dist embed.FS

// UI holds the page's built files, with index.html at the root. Before the
// page was built it holds nothing of use.
func UI() fs.FS {
	sub, err := fs.Sub(dist, "ui/dist")
	if err != nil {
		panic(err) // the path above is not valid
	}
	return sub
}

// file is one of the page's, held in memory.
type file struct {
	data  string
	etag  string
	kind  string // media type
	cache string // Cache-Control
}

// files maps addresses as "/assets/index-1a2b.js" to their content.
type files map[string]file

// kinds are spelled out, for the system's own table differs from one machine
// to the next.
var kinds = map[string]string{
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".jpg":         "image/jpeg",
	".webp":        "image/webp",
	".ico":         "image/x-icon",
	".woff2":       "font/woff2",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
}

func readFiles(from fs.FS) (files, error) {
	all := files{}
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			return err
		}
		data, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		f := file{
			data:  string(data),
			etag:  `"` + hex.EncodeToString(sum[:12]) + `"`,
			kind:  kinds[path.Ext(name)],
			cache: "no-cache",
		}
		if f.kind == "" {
			f.kind = "application/octet-stream"
		}
		if strings.HasPrefix(name, "assets/") {
			// The build puts a hash of the content in these names.
			f.cache = "public, max-age=31536000, immutable"
		}
		all["/"+name] = f
		return nil
	})
	return all, err
}
