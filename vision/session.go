package vision

import (
	"errors"
	"fmt"

	ort "github.com/yalue/onnxruntime_go"

	"sitwell/models"
)

// session is a model in ONNX Runtime with its input and outputs allocated
// once. It must be used by one goroutine at a time.
type session struct {
	name    models.Name
	side    int       // of the square input, pixels
	input   []float32 // NCHW, RGB, shared with the runtime
	outputs [][]float32
	run     *ort.AdvancedSession
	tensors []*ort.Tensor[float32]
}

// newSession loads a model from dir, or the embedded one if dir is empty. The
// outputs are in the order of the manifest.
func newSession(dir string, name models.Name) (s *session, err error) {
	desc, err := models.Describe(name)
	if err != nil {
		return nil, err
	}
	var data []byte
	if dir == "" {
		data, err = models.Load(name)
	} else {
		data, err = models.LoadDir(dir, name)
	}
	if err != nil {
		return nil, err
	}
	s = &session{name: name, side: int(desc.Inputs[0].Shape[3])}
	defer func() {
		if err != nil {
			_ = s.close() // the first error tells more
			s, err = nil, fmt.Errorf("load model %s: %w", name, err)
		}
	}()

	var values [2][]ort.Value
	var names [2][]string
	for i, list := range [2][]models.Tensor{desc.Inputs, desc.Outputs} {
		for _, t := range list {
			tensor, err := ort.NewEmptyTensor[float32](ort.NewShape(t.Shape...))
			if err != nil {
				return nil, err
			}
			s.tensors = append(s.tensors, tensor)
			values[i] = append(values[i], tensor)
			names[i] = append(names[i], t.Name)
			if i == 0 {
				s.input = tensor.GetData()
			} else {
				s.outputs = append(s.outputs, tensor.GetData())
			}
		}
	}
	opts, err := sessionOptions()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, opts.Destroy()) }()
	s.run, err = ort.NewAdvancedSessionWithONNXData(data, names[0], names[1], values[0], values[1], opts)
	return s, err
}

// sessionOptions asks for one thread that doesn't spin: at a few frames a
// second a second thread would only keep another core awake.
func sessionOptions() (*ort.SessionOptions, error) {
	opts, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		opts.SetIntraOpNumThreads(1),
		opts.SetInterOpNumThreads(1),
		opts.SetExecutionMode(ort.ExecutionModeSequential),
		opts.SetGraphOptimizationLevel(ort.GraphOptimizationLevelEnableAll),
		opts.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"),
		opts.AddSessionConfigEntry("session.inter_op.allow_spinning", "0"),
	)
	if err != nil {
		return nil, errors.Join(err, opts.Destroy())
	}
	return opts, nil
}

// infer runs the model on s.input; the results are in s.outputs until the next
// call.
func (s *session) infer() error {
	if err := s.run.Run(); err != nil {
		return fmt.Errorf("run model %s: %w", s.name, err)
	}
	return nil
}

func (s *session) close() error {
	var err error
	if s.run != nil {
		err = s.run.Destroy()
	}
	for _, t := range s.tensors {
		err = errors.Join(err, t.Destroy())
	}
	s.run, s.tensors, s.input, s.outputs = nil, nil, nil, nil
	return err
}
