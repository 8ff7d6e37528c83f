using Gatehouse;
using Gatehouse.Cli;

var handlers = new CommandHandlers(HubProcess.RunAsync, HubProcess.CheckAsync, HubProcess.DescribeSettings);
return await CommandLine.RunAsync(args, handlers, CommandConsole.System);
