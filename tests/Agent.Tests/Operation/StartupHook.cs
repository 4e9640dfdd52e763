using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

/// <summary>
/// Goes wrong inside the real program once the file of <c>SCE_TEST_GO</c> is there: the runtime starts it where
/// <c>DOTNET_STARTUP_HOOKS</c> names this assembly, and nothing in the program knows of it.
/// </summary>
[SuppressMessage("Design", "CA1050:Declare types in namespaces", Justification = "The runtime asks for this name.")]
[SuppressMessage("Design", "MA0047:Declare types in namespaces", Justification = "The runtime asks for this name.")]
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("SCE_TEST_FAULT") is not { } fault)
            return;
        var thread = new Thread(() => Break(fault)) { IsBackground = true };
        thread.Start();
    }

    private static void Break(string fault)
    {
        using var never = new ManualResetEvent(false);
        while (!File.Exists(Environment.GetEnvironmentVariable("SCE_TEST_GO")))
            never.WaitOne(50);
        switch (fault)
        {
            case "thread":
                throw new InvalidOperationException("planted, with mqtts://edge:geheim@broker");
            case "memory":
                // As the runtime raises it: more than any machine has.
                GC.KeepAlive(GC.AllocateUninitializedArray<long>(Array.MaxLength));
                GC.KeepAlive(Enumerable.Range(0, 1 << 20).Select(_ => GC.AllocateUninitializedArray<long>(1 << 30)).ToList());
                break;
            case "native":
                Say("[rtsp @ 0x1] rtsp://viewer:geheim@192.0.2.7/ 401\n-----BEGIN PRIVATE KEY-----\nZ2VoZWlt\n-----END PRIVATE KEY-----\n");
                for (var i = 0; i < 1000; i++)
                    Say($"line {i}\n");
                break;
            case "crash":
                // One after the other, so that nobody has time to read: as a library does that ends itself.
                Say("terminate called: rtsp://viewer:geheim@192.0.2.7/\n");
                Abort();
                break;
        }
    }

    private static void Say(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _ = Write(2, bytes, bytes.Length);
    }

    [DllImport("libc", EntryPoint = "write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int descriptor, byte[] bytes, nint count);

    [DllImport("libc", EntryPoint = "abort")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Abort();
}
