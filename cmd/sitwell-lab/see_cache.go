package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sitwell/models"
	"sitwell/posture"
)

// cacheFormat stands for the way the lines of the cache were made. It does not
// follow changes of the eye's own code.
const cacheFormat = "sitwell-seen/3"

// cache keeps what the eye saw of a picture or recording as the eye's own
// lines, in a file for each. An empty one keeps nothing.
type cache string

// key names what is seen: of which bytes, by which models, at which rate (0
// for a picture), after which change of the frames.
func (c cache) key(path string, landmarks models.Name, rate float64, change string) (string, error) {
	if c == "" {
		return "", nil
	}
	if landmarks == "" {
		landmarks = models.LandmarkFull
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%v\n%s\n", cacheFormat, rate, change)
	for _, name := range []models.Name{models.Detector, landmarks, models.Face} {
		m, err := models.Describe(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, m.SHA256)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", nil // opening it as a source says better what is wrong
	}
	_, err = io.Copy(sum, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return "", fmt.Errorf("read %q: %w", path, err)
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}

func (c cache) file(key string) string { return filepath.Join(string(c), key+".jsonl") }

// get returns what was kept, nothing for what is not there or no longer whole.
func (c cache) get(key string) []posture.Observation {
	if key == "" {
		return nil
	}
	data, err := os.ReadFile(c.file(key))
	if err != nil {
		return nil
	}
	var list []posture.Observation
	for line := range bytes.Lines(data) {
		o, err := posture.ParseObservation(line)
		if err != nil {
			return nil
		}
		list = append(list, o)
	}
	return list
}

// put keeps the observations. Whoever reads meanwhile sees all of them or
// none.
func (c cache) put(key string, list []posture.Observation) (err error) {
	if key == "" || len(list) == 0 {
		return nil
	}
	if err := os.MkdirAll(string(c), 0o700); err != nil {
		return fmt.Errorf("keep what was seen: %w", err)
	}
	var data []byte
	for i := range list {
		data = append(list[i].AppendJSON(data), '\n')
	}
	f, err := os.CreateTemp(string(c), "new-*")
	if err != nil {
		return fmt.Errorf("keep what was seen: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), c.file(key))
	}
	if err != nil {
		return fmt.Errorf("keep what was seen: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
