using Gatehouse;
using Gatehouse.Cli;

return await CommandLine.RunAsync(args, new CommandHandlers(HubProcess.RunAsync, HubProcess.CheckAsync), CommandConsole.System);
