package place_test

import (
	"os"
	"os/exec"
	"testing"
)

// childRole makes the test program play another part than running tests.
const (
	childRole = "LANTAI_PLACE_CHILD"
	envDir    = "LANTAI_PLACE_DIR"
)

func TestMain(m *testing.M) {
	switch os.Getenv(childRole) {
	case "":
		os.Exit(m.Run())
	case "keyring":
		os.Exit(keyringChild())
	case "scenario":
		os.Exit(scenarioChild())
	case "hold":
		os.Exit(holdChild())
	}
}

// child prepares this program in another role.
func child(role string, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childRole+"="+role)
	cmd.Env = append(cmd.Env, env...)
	return cmd
}
