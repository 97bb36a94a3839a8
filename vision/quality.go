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
	// BlurredSharpness is the variance of the Laplacian under which a picture
	// without a person is called unclear rather than empty. Real desk pictures
	// blurred by a Gaussian of 4 pixels have 17 to 110 and keep all their
	// people; at 8 pixels they have 3 to 20, and a third is lost.
	BlurredSharpness = 20
)

// minFrame is the smallest side of a frame that is judged, in pixels: a face
// has some 10 pixels then.
const minFrame = 64

// quality holds figures of a frame's luma at a quarter of its size.
type quality struct {
	brightness float64 // mean
	contrast   float64 // standard deviation
	sharpness  float64 // variance of the Laplacian
}

// qualityMeter measures frames. It reuses its memory and must be closed.
type qualityMeter struct{ half, small, grey gocv.Mat }

func newQualityMeter() *qualityMeter {
	return &qualityMeter{gocv.NewMat(), gocv.NewMat(), gocv.NewMat()}
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
	return luma(data, size.X), nil
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
	return quality{brightness, math.Sqrt(variance), sharpness}
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
}
