using System.Runtime.InteropServices;

namespace Gatehouse.Runtime.Configuration;

/// <summary>Reloads the settings on SIGHUP, which would otherwise end the process, until disposed.</summary>
internal sealed class ReloadSignal(Action reload) : IDisposable
{
    private readonly PosixSignalRegistration _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        reload();
    });

    public void Dispose() => _registration.Dispose();
}
