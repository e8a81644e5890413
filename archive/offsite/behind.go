package offsite

// behind does one thing at a time beside what goes on: a lot is made durable while the next is written.
type behind struct{ done chan error }

// do begins fn when what was begun before has ended, whose error it gives.
func (b *behind) do(fn func() error) error {
	if err := b.wait(); err != nil {
		return err
	}
	done := make(chan error, 1)
	b.done = done
	go func() { done <- fn() }()
	return nil
}

// wait waits for the end of what was begun.
func (b *behind) wait() error {
	if b.done == nil {
		return nil
	}
	err := <-b.done
	b.done = nil
	return err
}
