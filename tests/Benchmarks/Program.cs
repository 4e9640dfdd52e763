using BenchmarkDotNet.Running;

// All of it takes minutes: artifacts/bin/Benchmarks/release/Benchmarks --filter '*Frame*'
BenchmarkSwitcher.FromAssembly(typeof(SocialCredit.Edge.Benchmarks.FrameStages).Assembly).Run(args);
