package vision

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gocv.io/x/gocv"
)

// pictures is a folder of pictures, one frame each, in the order of their
// names. The pictures are taken to be a second apart.
type pictures struct {
	info  SourceInfo
	files []string
	next  int // index of the file to grab
}

var _ Source = (*pictures)(nil)

// pictureInterval is the time between two pictures of a folder.
const pictureInterval = time.Second

// openFolder opens the JPEG and PNG pictures of a folder, not of those below.
func openFolder(dir string) (Source, error) {
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return nil, &kindError{ErrSource, fmt.Sprintf("open folder %q: %v", dir, cause(err))}
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && isPicture(e.Name()) {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, &kindError{ErrSource, fmt.Sprintf("open folder %q: no pictures in it: put .jpg or .png files there", dir)}
	}
	return newPictures(dir, files), nil
}

func newPictures(name string, files []string) *pictures {
	return &pictures{
		info:  SourceInfo{Name: name, Stills: true, FPS: float64(time.Second / pictureInterval)},
		files: files,
	}
}

// isPicture reports whether a file's name is that of a picture.
func isPicture(name string) bool {
	return slices.Contains([]string{".jpg", ".jpeg", ".png"}, strings.ToLower(filepath.Ext(name)))
}

func (p *pictures) Grab() error {
	if p.next == len(p.files) {
		return io.EOF
	}
	p.next++
	return nil
}

func (p *pictures) Retrieve(dst *gocv.Mat) error {
	file := p.files[p.next-1]
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read picture %q: %w", file, cause(err))
	}
	if !decodePicture(data, dst) {
		return fmt.Errorf("decode picture %q: not a JPEG or PNG, or cut short, or too large", file)
	}
	return nil
}

func (p *pictures) Position() time.Duration { return time.Duration(max(0, p.next-1)) * pictureInterval }

func (p *pictures) Info() SourceInfo { return p.info }

func (p *pictures) Close() error { return nil }
