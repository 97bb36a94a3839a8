package main

import (
	"context"
	"math"
	"math/rand/v2"

	"sitwell/posture"
)

const (
	batch      = 512
	startRate  = 4e-3
	endRate    = 1e-5
	fadeMean   = .9 // Adam's
	fadeSquare = .999
	// freshRounds is how many rounds use the same simulated samples.
	freshRounds = 2
	inputLimit  = 4
)

// parameter is a list of weights with Adam's running means.
type parameter struct{ value, grad, mean, square []float64 }

func newParameter(n int) *parameter {
	return &parameter{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
}

func (p *parameter) step(rate float64, n int) {
	fixMean, fixSquare := 1-math.Pow(fadeMean, float64(n)), 1-math.Pow(fadeSquare, float64(n))
	for i, g := range p.grad {
		p.mean[i] = fadeMean*p.mean[i] + (1-fadeMean)*g
		p.square[i] = fadeSquare*p.square[i] + (1-fadeSquare)*g*g
		p.value[i] -= rate * (p.mean[i] / fixMean) / (math.Sqrt(p.square[i]/fixSquare) + 1e-8)
		p.grad[i] = 0
	}
}

// train trains one network: its means by errors weighted by the spread it
// expects, its spreads by the likelihood of the errors.
func train(ctx context.Context, d *distortion, samples []angleSample, o fitOptions, r *rand.Rand) posture.AngleNetwork {
	data := d.round(samples, o, r)
	inputs := d.kind.Inputs()
	net := posture.AngleNetwork{
		Mean: make([]float64, inputs), Scale: make([]float64, inputs),
		OutMean: make([]float64, outputs), OutScale: make([]float64, outputs),
		BandScale: []float64{1, 1, 1, 1, 1},
	}
	for j := range inputs {
		net.Mean[j], net.Scale[j] = moments(data, func(e *example) float64 { return e.x[j] })
	}
	for j := range outputs {
		net.OutMean[j], net.OutScale[j] = moments(data, func(e *example) float64 { return e.y[j] })
	}
	sizes := [4]int{inputs, hidden, hidden, 2 * outputs}
	var w, b [3]*parameter
	for k := range 3 {
		w[k], b[k] = newParameter(sizes[k]*sizes[k+1]), newParameter(sizes[k+1])
		scale := math.Sqrt(1 / float64(sizes[k]))
		if k == 2 {
			scale *= .3
		}
		for i := range w[k].value {
			w[k].value[i] = scale * r.NormFloat64()
		}
	}
	steps := 0
	for epoch := range o.epochs {
		if ctx.Err() != nil {
			return net
		}
		if epoch > 0 && epoch%freshRounds == 0 {
			data = d.round(samples, o, r)
		} else {
			r.Shuffle(len(data), func(i, j int) { data[i], data[j] = data[j], data[i] })
		}
		for at := 0; at+batch <= len(data); at += batch {
			part := float64(epoch) + float64(at)/float64(len(data))
			rate := startRate*.5*(1+math.Cos(math.Pi*part/float64(o.epochs))) + endRate
			for i := range batch {
				learn(&net, &w, &b, &data[at+i])
			}
			steps++
			for k := range 3 {
				w[k].step(rate, steps)
				b[k].step(rate, steps)
			}
		}
	}
	for k := range 3 {
		net.Weights[k], net.Biases[k] = w[k].value, b[k].value
	}
	return net
}

func moments(data []example, of func(*example) float64) (mean, sd float64) {
	n := float64(len(data))
	for i := range data {
		mean += of(&data[i]) / n
	}
	for i := range data {
		v := of(&data[i]) - mean
		sd += v * v / n
	}
	return mean, math.Sqrt(sd) + 1e-6
}

// learn adds one example's gradients.
func learn(net *posture.AngleNetwork, w, b *[3]*parameter, e *example) {
	var most [inputs]float64
	x := most[:len(net.Mean)]
	for i := range x {
		x[i] = clamp((e.x[i]-net.Mean[i])/net.Scale[i], inputLimit)
	}
	var h1, h2, d1, d2 [hidden]float64
	var out, g [2 * outputs]float64
	forward(h1[:], x, w[0], b[0])
	for i := range h1 {
		h1[i] = math.Tanh(h1[i])
	}
	forward(h2[:], h1[:], w[1], b[1])
	for i := range h2 {
		h2[i] = math.Tanh(h2[i])
	}
	forward(out[:], h2[:], w[2], b[2])
	for j := range outputs {
		err := out[j] - (e.y[j]-net.OutMean[j])/net.OutScale[j]
		s := max(-4, min(2, out[outputs+j]))
		// Plain likelihood weighs the error by the inverse square of the
		// spread and forgets what is hard; its root keeps both.
		g[j] = err * math.Exp(-s) / batch
		g[outputs+j] = (1 - err*err*math.Exp(-2*s)) * .2 / batch
	}
	backward(d2[:], g[:], h2[:], w[2], b[2])
	for i := range d2 {
		d2[i] *= 1 - h2[i]*h2[i]
	}
	backward(d1[:], d2[:], h1[:], w[1], b[1])
	for i := range d1 {
		d1[i] *= 1 - h1[i]*h1[i]
	}
	backward(nil, d1[:], x, w[0], b[0])
}

func forward(to, from []float64, w, b *parameter) {
	copy(to, b.value)
	for i, v := range from {
		for j, k := range w.value[i*len(to) : (i+1)*len(to)] {
			to[j] += v * k
		}
	}
}

// backward adds the gradients of a layer that g has reached, and gives the
// gradient of what came in; to may be nil.
func backward(to, g, from []float64, w, b *parameter) {
	for j, v := range g {
		b.grad[j] += v
	}
	for i, v := range from {
		grad := w.grad[i*len(g) : (i+1)*len(g)]
		for j, d := range g {
			grad[j] += v * d
		}
	}
	for i := range to {
		s := 0.0
		for j, k := range w.value[i*len(g) : (i+1)*len(g)] {
			s += k * g[j]
		}
		to[i] = s
	}
}
