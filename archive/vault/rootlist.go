package vault

import (
	"bufio"
	"context"
	"iter"
	"os"

	"lantai/archive"
)

// rootPrefix tells the lists of storage roots from those of batches.
const rootPrefix = "root-"

// RootList names the list of a storage root's originals below manifests/.
func RootList(root archive.ID) string { return rootPrefix + root.String() + listEnding }

// Listed is an original in a list.
type Listed struct {
	Path   string // below the root
	SHA256 string // lower-case hex
}

// WriteRootList replaces the list of a storage root whole: one line as sha256sum
// writes it for each original that was hashed, paths below the root's folder, so that
//
//	cd ROOT && sha256sum --check --quiet HOME/manifests/root-<id>.sha256
//
// reads them again. What is interrupted leaves the old list. Errors: those of the
// iterator; NoSpace, Unavailable, Stopped.
func (v *Vault) WriteRootList(ctx context.Context, root archive.ID, originals iter.Seq2[Listed, error]) error {
	const op = "write list"
	name := v.list(RootList(root))
	part := name + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return archive.WrapAs(diskKind(err), op, name, err)
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<18)
	for o, err := range originals {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			os.Remove(part)
			return archive.Wrap(op, name, err)
		}
		if o.SHA256 != "" {
			w.WriteString(formatLine("", record{path: o.Path, sum: o.SHA256}))
		}
	}
	if err = w.Flush(); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(part, name)
	}
	if err == nil {
		err = syncFolder(v.manifests)
	}
	if err != nil {
		os.Remove(part)
	}
	return archive.WrapAs(diskKind(err), op, name, err)
}
