return await Gatehouse.HubProcess.RunAsync(Gatehouse.Runtime.DataDirectory.DefaultPath(Environment.GetEnvironmentVariable));
