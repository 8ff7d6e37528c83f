using Gatehouse.Bench;

// Benchmarks of single mechanisms, unless the first word names a measurement of its own.
switch (args)
{
    case ["watchers"]:
        ResultTable.Write(nameof(WatcherCost), await WatcherCost.MeasureAsync());
        return 0;
    case ["events"]:
        ResultTable.Write(nameof(EventLoad), await EventLoad.MeasureAsync("events", "stream"));
        return 0;
    case ["stream"]: // the half of it that is about /api/stream, to the screen
        Console.WriteLine(await EventLoad.MeasureAsync("stream"));
        return 0;
    case ["broker"]:
        ResultTable.Write(nameof(BrokerLoad), await BrokerLoad.MeasureAsync());
        return 0;
    case ["broker-idle"]:
        ResultTable.Write(nameof(BrokerIdle), await BrokerIdle.MeasureAsync());
        return 0;
    case ["broker-cost"]:
        ResultTable.Write(nameof(BrokerCost), BrokerCost.Measure());
        return 0;
    case ["requests"]:
        ResultTable.Write(nameof(RequestLoad), await RequestLoad.MeasureAsync());
        return 0;
    case ["clone"]:
        ResultTable.Write(nameof(CloneLoad), await CloneLoad.MeasureAsync());
        return 0;
    case ["event-clients", var way, var address]:
        await EventLoad.ClientsAsync(way, address);
        return 0;
    case ["history"]:
        ResultTable.Write(nameof(HistoryLoad), await HistoryLoad.MeasureAsync());
        return 0;
    case ["recorder"]:
        ResultTable.Write(nameof(RecorderLoad), await RecorderLoad.MeasureAsync());
        return 0;
    case ["history-year", var file]: // a data directory's history.db, to ask a hub for it
        await HistoryLoad.WriteYearAsync(file);
        return 0;
    case ["history-question", var asked]:
        await HistoryLoad.AskOnceAsync(asked);
        return 0;
    default:
        return MicroBenchmarks.Run(args);
}
