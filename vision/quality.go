package vision

import (
	"fmt"
	"image"
	"math"

	"gocv.io/x/gocv"
)

// Thresholds of a picture that can't be judged, in grey levels of 0 to 255 of
// the frame at a quarter of its size. A person whom the model sees counts as
// present whatever these say; they only name the reason when it sees nobody.
const (
	// DarkLuma is the mean luma under which a picture without a person is
	// called dark: of real desk pictures darkened to 36, with a sensor's
	// noise, the detector misses one person in six; at 60, one in 25.
	DarkLuma = 50
	// BlackLuma is the mean luma under which the models aren't even asked: a
	// lens cap or a night, sensor noise included.
	BlackLuma = 4
	// CoveredContrast is the standard deviation of luma under which one even
	// surface fills the picture (a shutter, a finger, a wall), so that it
	// can't be told whether somebody is there.
	CoveredContrast = 8
	// BlurredDetail is the detail under which a picture without a person is
	// called blurred rather than empty: real desk pictures of 640 pixels
	// across, blurred by a Gaussian of 4 pixels, have 40 and more and keep
	// nearly all their people; at 6 pixels they have 15 to 40, and one in six
	// is lost; at 8 pixels 8 to 15, and half are lost.
	BlurredDetail = 20
	// SmearedDetail is the detail under which even landmarks are no longer
	// believed. At 8 pixels those of people still seen are off by a third of
	// the shoulder width (median), at 6 by 5 %. Sharp pictures darkened to a
	// quarter have 24 and more, and soft ones (4 pixels) at half the light 9.
	SmearedDetail = 8
	// plainDetail is the detail over the square of the contrast from which a
	// picture has so little of it because it is plain or dark: sharp pictures
	// have 0.15 and more at any light, those blurred by 6 pixels and more
	// 0.025, and 0.04 with a sensor's noise at a quarter of the light.
	plainDetail = 0.05
)

// maxDetailWidth is the width in pixels under which detail is measured: a soft
// lens before many pixels is no blur. A quarter of 640 pixels, on which its
// thresholds were found, stays as it is.
const maxDetailWidth = 200

// minFrame is the smallest side of a frame that is judged, in pixels: a face
// has some 10 pixels then.
const minFrame = 64

// quality holds figures of a frame's luma at a quarter of its size.
type quality struct {
	brightness float64 // mean
	contrast   float64 // standard deviation
	sharpness  float64 // variance of the Laplacian
	detail     float64 // the same for a picture of maxDetailWidth or less, whatever the camera's resolution
}

// blurred reports whether a picture lacks detail, which is under the limit,
// because it is out of focus.
func (q *quality) blurred(limit float64) bool {
	return q.detail < limit && q.detail < plainDetail*q.contrast*q.contrast
}

// qualityMeter measures frames. It reuses its memory and must be closed.
type qualityMeter struct{ half, small, grey, tiny gocv.Mat }

func newQualityMeter() *qualityMeter {
	return &qualityMeter{gocv.NewMat(), gocv.NewMat(), gocv.NewMat(), gocv.NewMat()}
}

// measure takes an 8 bit BGR frame of at least minFrame pixels a side.
func (m *qualityMeter) measure(frame gocv.Mat) (quality, error) {
	// Two halvings take less than half the time of one quartering: OpenCV has
	// vector code for the former only.
	size := image.Pt(frame.Cols()/4, frame.Rows()/4)
	gocv.Resize(frame, &m.half, size.Mul(2), 0, 0, gocv.InterpolationArea)
	if m.half.Empty() {
		return quality{}, fmt.Errorf("measure frame: no picture of %v from %dx%d", size.Mul(2), frame.Cols(), frame.Rows())
	}
	gocv.Resize(m.half, &m.small, size, 0, 0, gocv.InterpolationArea)
	if m.small.Empty() {
		return quality{}, fmt.Errorf("measure frame: no picture of %v from %dx%d", size, frame.Cols(), frame.Rows())
	}
	gocv.CvtColor(m.small, &m.grey, gocv.ColorBGRToGray)
	if m.grey.Empty() {
		return quality{}, fmt.Errorf("measure frame: no luma of %v", size)
	}
	data, err := m.grey.DataPtrUint8()
	if err != nil || len(data) != size.X*size.Y {
		return quality{}, fmt.Errorf("measure frame: %d bytes of luma, want %d", len(data), size.X*size.Y)
	}
	q := luma(data, size.X)
	q.detail = q.sharpness
	if n := (size.X + maxDetailWidth - 1) / maxDetailWidth; n > 1 {
		size = size.Div(n)
		gocv.Resize(m.grey, &m.tiny, size, 0, 0, gocv.InterpolationArea)
		data, err := m.tiny.DataPtrUint8()
		if err != nil || len(data) != size.X*size.Y || size.Y < 3 {
			return q, nil // a strip of a picture
		}
		q.detail = luma(data, size.X).sharpness
	}
	return q, nil
}

// luma measures a grey picture of the given width, at least 3 pixels a side.
func luma(data []uint8, width int) quality {
	var sum, squares int64
	for _, v := range data {
		sum += int64(v)
		squares += int64(v) * int64(v)
	}
	var lsum, lsquares, n int64
	for start := width; start+2*width <= len(data); start += width {
		above, row, below := data[start-width:start], data[start:start+width], data[start+width:start+2*width]
		for x := 1; x < width-1; x++ {
			l := int64(above[x]) + int64(below[x]) + int64(row[x-1]) + int64(row[x+1]) - 4*int64(row[x])
			lsum += l
			lsquares += l * l
		}
		n += int64(width - 2)
	}
	brightness, variance := moments(sum, squares, int64(len(data)))
	_, sharpness := moments(lsum, lsquares, n)
	return quality{brightness: brightness, contrast: math.Sqrt(variance), sharpness: sharpness}
}

// moments returns mean and variance from a sum and a sum of squares.
func moments(sum, squares, n int64) (mean, variance float64) {
	if n == 0 {
		return 0, 0
	}
	mean = float64(sum) / float64(n)
	return mean, max(0, float64(squares)/float64(n)-mean*mean)
}

func (m *qualityMeter) close() {
	_ = m.half.Close() // never fails
	_ = m.small.Close()
	_ = m.grey.Close()
	_ = m.tiny.Close()
}
