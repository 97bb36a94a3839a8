package vision

import (
	"fmt"
	"image"
	"image/color"

	"gocv.io/x/gocv"
)

// cropper cuts square, turned, scaled pieces out of frames into a model's
// input. It reuses its memory and must be closed.
type cropper struct {
	side   int
	matrix gocv.Mat     // 2x3, float64
	pixels gocv.Mat     // the piece, BGR, side x side
	values [256]float32 // of a byte in the model's range
	size   image.Point  // of pixels
	black  color.RGBA   // beyond the frame
	interp gocv.InterpolationFlags
}

// newCropper makes a cropper for a model whose input has the given side in
// pixels and holds values from low (black) to high (white).
func newCropper(side int, low, high float32) *cropper {
	c := &cropper{
		side:   side,
		matrix: gocv.NewMatWithSize(2, 3, gocv.MatTypeCV64F),
		pixels: gocv.NewMatWithSize(side, side, gocv.MatTypeCV8UC3),
		size:   image.Pt(side, side),
		interp: gocv.InterpolationLinear | gocv.WarpInverseMap,
	}
	for i := range c.values {
		c.values[i] = low + (high-low)*float32(i)/255
	}
	return c
}

// cut fills dst, a tensor of planes R, G and B, with the region of frame, an
// 8 bit BGR picture. Beyond the frame is black.
func (c *cropper) cut(dst []float32, frame gocv.Mat, r region) error {
	if frame.Empty() || frame.Type() != gocv.MatTypeCV8UC3 || len(dst) != 3*c.side*c.side {
		return fmt.Errorf("crop frame: type %v into %d values, want 8 bit BGR into %d", frame.Type(), len(dst), 3*c.side*c.side)
	}
	m := r.affine(c.side)
	// OpenCV counts from the middle of the first pixel.
	m[2] += (m[0]+m[1])/2 - 0.5
	m[5] += (m[3]+m[4])/2 - 0.5
	for i, v := range m {
		c.matrix.SetDoubleAt(i/3, i%3, v)
	}
	gocv.WarpAffineWithParams(frame, &c.pixels, c.matrix, c.size, c.interp, gocv.BorderConstant, c.black)
	data, err := c.pixels.DataPtrUint8()
	if err != nil || len(data) != len(dst) {
		return fmt.Errorf("crop frame: OpenCV made %d bytes, want %d", len(data), len(dst))
	}
	n := c.side * c.side
	red, green, blue := dst[:n], dst[n:2*n], dst[2*n:3*n]
	for i := range n {
		p := data[3*i : 3*i+3 : 3*i+3]
		blue[i], green[i], red[i] = c.values[p[0]], c.values[p[1]], c.values[p[2]]
	}
	return nil
}

func (c *cropper) close() {
	_ = c.matrix.Close() // never fails
	_ = c.pixels.Close()
}
