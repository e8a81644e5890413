package arrange_test

const workerDir = "LANTAI_ARRANGE_WORKER_DIR"

func workUntilKilled(string) error { return nil }
