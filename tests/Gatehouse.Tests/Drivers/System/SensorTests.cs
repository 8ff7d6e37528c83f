using Gatehouse.Drivers.System;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Drivers.System;

/// <summary>Each kind of sensor, read by hand every two seconds.</summary>
public sealed class SensorTests : IDisposable
{
    private readonly FakeMachine _machine = new();

    [Fact]
    public void Processor_load_comes_with_the_second_sample()
    {
        using var cpu = new CpuSensors(_machine.Machine);
        _machine.Write("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "600000\n");
        _machine.Read(cpu);
        Assert.Equal(
            ("2", "0.59", "600.0", null),
            (_machine.Text("cpu/cores"), _machine.Text("cpu/load5"), _machine.Text("cpu/frequency"), _machine.Text("cpu/load")));
        _machine.Write("proc/stat", """
            cpu  17792 426 6224 366498 358 0 102 15
            cpu0 8179 191 2923 184336 41 0 33 6
            cpu1 9612 234 3301 182161 316 0 69 8
            """);
        _machine.Read(cpu);
        Assert.Equal((25d, 0d, 50d), (_machine.Number("cpu/load"), _machine.Number("cpu/core/0"), _machine.Number("cpu/core/1")));
    }

    [Fact]
    public void A_core_that_is_switched_on_later_is_announced()
    {
        using var cpu = new CpuSensors(_machine.Machine);
        _machine.Write("proc/stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\n");
        _machine.Read(cpu);
        Assert.DoesNotContain("core/1", _machine.Hub.Registry.List()[0].Properties.Keys);
        _machine.Write("proc/stat", "cpu 2 2 3 5\ncpu0 1 2 3 4\ncpu1 1 0 0 1\n");
        _machine.Read(cpu);
        Assert.Contains("core/1", Assert.Single(_machine.Hub.Registry.List()).Properties.Keys);
        Assert.Equal(
            (2d, 50d, Quality.Good),
            (_machine.Number("cpu/cores"), _machine.Number("cpu/load"), _machine.Hub.Get("/device/here.system.cpu/load")!.Quality));
    }

    [Fact]
    public void Counters_that_went_back_give_no_value_that_round()
    {
        using var cpu = new CpuSensors(_machine.Machine);
        using var disks = new BlockSensors(_machine.Machine);
        using var network = new NetworkSensors(_machine.Machine);
        void Read()
        {
            _machine.Read(cpu);
            _machine.Read(disks);
            _machine.Read(network);
        }
        Read();
        _machine.Write("proc/stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\n");
        _machine.Write("proc/diskstats", "8 0 sda 0 0 0 0 0 0 0 0 0 0 0\n");
        _machine.Write("proc/net/dev", "eth0: 0 0 0 0 0 0 0 0 0 0 0\n");
        Read();
        Assert.Null(_machine.Text("cpu/load"));
        Assert.Null(_machine.Text("io.sda/read"));
        Assert.Null(_machine.Text("network.eth0/received"));
        _machine.Write("proc/stat", "cpu 2 2 3 5\n");
        _machine.Write("proc/diskstats", "8 0 sda 0 0 8 0 0 0 16 0 0 600 0\n");
        _machine.Write("proc/net/dev", "eth0: 6000 6 0 0 0 0 0 0 12000 12 1\n");
        Read();
        Assert.Equal(50, _machine.Number("cpu/load"));
        // Three kinds of sensors take two seconds each here.
        Assert.Equal(
            (8 * 512 / 6d, 16 * 512 / 6d, 10d),
            (_machine.Number("io.sda/read"), _machine.Number("io.sda/written"), _machine.Number("io.sda/busy")), new Near());
        Assert.Equal(
            (1000d, 2000d, 1d),
            (_machine.Number("network.eth0/received"), _machine.Number("network.eth0/sent"), _machine.Number("network.eth0/errors")));
        Assert.Equal((1d, 2d), (_machine.Number("network.eth0/received/packets"), _machine.Number("network.eth0/sent/packets")));
    }

    [Theory]
    [InlineData(2100, 100, Quality.Good)]
    [InlineData(4000, 200, Quality.Suspect)]
    public void A_disk_a_little_more_than_busy_is_busy_and_much_more_is_suspect(int milliseconds, double busy, Quality quality)
    {
        using var disks = new BlockSensors(_machine.Machine);
        _machine.Write("proc/diskstats", "8 0 sda 0 0 0 0 0 0 0 0 0 0 0\n");
        _machine.Read(disks);
        _machine.Write("proc/diskstats", $"8 0 sda 0 0 0 0 0 0 0 0 0 {milliseconds} 0\n");
        _machine.Read(disks);
        Assert.Equal((busy, quality), (_machine.Number("io.sda/busy"), _machine.Hub.Get("/device/here.system.io.sda/busy")!.Quality));
    }

    [Fact]
    public void Memory_and_swap_are_bytes_and_percent()
    {
        using var memory = new MemorySensors(_machine.Machine);
        _machine.Read(memory);
        Assert.Equal(
            ("970477568", "708726784", "26.97"),
            (_machine.Text("memory/total"), _machine.Text("memory/available"), _machine.Text("memory/usage")));
        Assert.Equal(
            ("104853504", "10240000", "9.77"),
            (_machine.Text("swap/total"), _machine.Text("swap/used"), _machine.Text("swap/usage")));
    }

    [Fact]
    public void Without_swap_space_there_is_no_usage_of_it()
    {
        using var memory = new MemorySensors(_machine.Machine);
        _machine.Write("proc/meminfo", ProcSamples.OldMemory);
        _machine.Read(memory);
        Assert.Equal(("0", "0", null), (_machine.Text("swap/total"), _machine.Text("swap/used"), _machine.Text("swap/usage")));
    }

    [Fact]
    public void What_makes_no_sense_is_counted()
    {
        using var memory = new MemorySensors(_machine.Machine);
        using var uptime = new UptimeSensors(_machine.Machine);
        using var cpu = new CpuSensors(_machine.Machine);
        _machine.Write("proc/meminfo", "MemTotal: x\n");
        _machine.Write("proc/uptime", "x");
        _machine.Write("proc/loadavg", "x");
        _machine.Write("proc/stat", "cpu x\n");
        _machine.Read(memory);
        _machine.Read(uptime);
        _machine.Read(cpu);
        Assert.Equal(2 + 1 + 2, _machine.Machine.Rejected);
        Assert.Empty(_machine.Devices);
    }

    [Fact]
    public void Disks_appear_and_leave_with_their_mounts()
    {
        using var mounts = new MountSensors(_machine.Machine);
        void Mount(params string[] points) => _machine.Write(
            "proc/self/mountinfo",
            string.Concat(points.Select((p, i) => $"{i} 1 8:{i} / {p} rw - ext4 /dev/disk{p.Replace('/', '_')} rw\n")));

        Mount("/", "/tmp");
        _machine.Read(mounts);
        var before = mounts.Disks;
        Assert.Equal(["root", "tmp"], before.Select(d => d.Word));
        _machine.Read(mounts);
        Assert.Same(before, mounts.Disks);
        Mount("/var/tmp", "/var-tmp", "/tmp", "/a.b");
        _machine.Read(mounts);
        Assert.Equal(["tmp", "var-tmp", "var-tmp-2", "a-b"], mounts.Disks.Select(d => d.Word));
        Assert.Same(before[1], mounts.Disks[0]);
    }

    [Fact]
    public void A_disk_is_as_full_as_df_says()
    {
        using var disk = new DiskSensor(_machine.Machine, new Mount("/dev/x", "/", true, false), "root");
        _machine.Read(disk);
        var root = new DriveInfo("/");
        Assert.Equal(root.TotalSize, _machine.Number("disk.root/total"));
        Assert.InRange(_machine.Number("disk.root/used"), 1, root.TotalSize);
        var (used, free) = (_machine.Number("disk.root/used"), _machine.Number("disk.root/free"));
        Assert.Equal(100 * used / (used + free), _machine.Number("disk.root/usage"), 0.01);
    }

    [Fact]
    public void A_disk_that_cannot_be_asked_has_no_values()
    {
        using var disk = new DiskSensor(_machine.Machine, new Mount("/dev/x", "/not/there", true, true), "x");
        _machine.Read(disk);
        Assert.Equal(("network disks", 0), (disk.Family, _machine.Devices.Count()));
    }

    [Fact]
    public void Interfaces_appear_and_leave()
    {
        using var network = new NetworkSensors(_machine.Machine);
        _machine.Write("sys/class/net/eth0/operstate", "up\n");
        _machine.Write("sys/class/net/wlan0/operstate", "down\n");
        _machine.Write("sys/class/net/eth0.100/operstate", "unknown\n");
        _machine.Read(network);
        Assert.Equal(["network.eth0", "network.eth0-100", "network.wlan0"], _machine.Devices);
        Assert.Equal(
            ("true", "false", "true"),
            (_machine.Text("network.eth0/up"), _machine.Text("network.wlan0/up"), _machine.Text("network.eth0-100/up")));
        _machine.Write("proc/net/dev", "eth1: 0 0 0 0 0 0 0 0 0 0 0\neth0: 0 0 0 0 0 0 0 0 0 0 0\n");
        _machine.Read(network);
        Assert.Equal(["network.eth0", "network.eth1"], _machine.Devices);
        Assert.Equal(Quality.Stale, _machine.Hub.Get("/device/here.system.network.wlan0/up")!.Quality);
        Assert.Null(_machine.Text("network.eth1/up"));
        _machine.Write("proc/net/dev", "wlan0: 0 0 0 0 0 0 0 0 0 0 0\n");
        _machine.Read(network);
        Assert.Equal(Quality.Good, _machine.Hub.Get("/device/here.system.network.wlan0/up")!.Quality);
    }

    [Fact]
    public void Uptime_is_seconds_and_the_start_is_said_anew_only_when_the_clock_was_set()
    {
        using var uptime = new UptimeSensors(_machine.Machine);
        _machine.Write("proc/uptime", "100.90 1.0\n");
        _machine.Read(uptime);
        Assert.Equal(("100", "2026-01-31T11:58:21Z"), (_machine.Text("uptime/seconds"), _machine.Text("uptime/started")));
        var sequence = _machine.Hub.Get("/device/here.system.uptime/started")!.Sequence;
        _machine.Write("proc/uptime", "102.95 1.0\n");
        _machine.Read(uptime);
        Assert.Equal(sequence, _machine.Hub.Get("/device/here.system.uptime/started")!.Sequence);
        _machine.Write("proc/uptime", "204.95 1.0\n");
        _machine.Read(uptime);
        Assert.Equal("2026-01-31T11:56:41Z", _machine.Text("uptime/started"));
    }

    [Fact]
    public void Thermal_zones_appear_and_leave_and_a_mad_temperature_is_suspect()
    {
        using var thermal = FolderSensors.Thermal(_machine.Machine);
        _machine.Read(thermal);
        Assert.Empty(_machine.Devices);
        _machine.Write("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
        _machine.Write("sys/class/thermal/thermal_zone0/temp", "48312\n");
        _machine.Write("sys/class/thermal/thermal_zone1/temp", "999000\n");
        _machine.Write("sys/class/thermal/cooling_device0/type", "fan\n");
        ReadUntilSearched(thermal);
        Assert.Equal(["cpu-thermal", "Thermal zone 1"], _machine.Hub.Registry.List().Select(d => d.Title));
        Assert.Equal(("48.31", "999.0"), (_machine.Text("thermal.zone0/temperature"), _machine.Text("thermal.zone1/temperature")));
        Assert.Equal(Quality.Suspect, _machine.Hub.Get("/device/here.system.thermal.zone1/temperature")!.Quality);
        _machine.Remove("sys/class/thermal/thermal_zone0");
        ReadUntilSearched(thermal);
        Assert.Equal(["thermal.zone1"], _machine.Devices);
        var zone = _machine.Hub.Registry.List()[0];
        var temperature = zone.Properties["temperature"];
        Assert.Equal(("attic", "computer", "°C", 2d), (zone.Room, zone.Kind, temperature.Unit, temperature.Interval));
    }

    [Fact]
    public void Chips_have_their_labels_and_what_only_repeats_a_zone_is_left_out()
    {
        using var chips = FolderSensors.Chips(_machine.Machine);
        _machine.Write("sys/class/hwmon/hwmon0/name", "coretemp\n");
        _machine.Write("sys/class/hwmon/hwmon0/temp1_input", "51000\n");
        _machine.Write("sys/class/hwmon/hwmon0/temp1_label", "Package id 0\n");
        _machine.Write("sys/class/hwmon/hwmon0/temp2_input", "nonsense\n");
        _machine.Write("sys/class/hwmon/hwmon1/name", "coretemp\n");
        _machine.Write("sys/class/hwmon/hwmon1/temp1_input", "-3500\n");
        _machine.Write("sys/class/hwmon/hwmon2/name", "fan_only\n");
        _machine.Write("sys/class/hwmon/hwmon3/temp1_input", "40000\n");
        _machine.Write("sys/devices/thermal_zone0/x", "");
        File.CreateSymbolicLink(_machine.PathOf("sys/class/hwmon/hwmon3/device"), _machine.PathOf("sys/devices/thermal_zone0"));
        _machine.Read(chips);
        Assert.Equal(["sensors.coretemp", "sensors.coretemp-2"], _machine.Devices);
        Assert.Equal(
            ("51.0", null, "-3.5"),
            (_machine.Text("sensors.coretemp/temp1"), _machine.Text("sensors.coretemp/temp2"), _machine.Text("sensors.coretemp-2/temp1")));
        Assert.Equal("Package id 0", _machine.Hub.Registry.List()[0].Properties["temp1"].Title);
    }

    [Fact]
    public void A_battery_tells_its_charge_its_state_and_its_power()
    {
        using var batteries = FolderSensors.Batteries(_machine.Machine);
        _machine.Write("sys/class/power_supply/AC/type", "Mains\n");
        _machine.Write("sys/class/power_supply/BAT0/type", "Battery\n");
        _machine.Write("sys/class/power_supply/BAT0/capacity", "87\n");
        _machine.Write("sys/class/power_supply/BAT0/status", "Discharging\n");
        _machine.Write("sys/class/power_supply/BAT0/voltage_now", "12000000\n");
        _machine.Write("sys/class/power_supply/BAT0/current_now", "500000\n");
        _machine.Read(batteries);
        Assert.Equal(["battery.BAT0"], _machine.Devices);
        Assert.Equal(
            (87d, "Discharging", 6d),
            (_machine.Number("battery.BAT0/capacity"), _machine.Text("battery.BAT0/status"), _machine.Number("battery.BAT0/power")));
        _machine.Write("sys/class/power_supply/BAT0/power_now", "7250000\n");
        _machine.Write("sys/class/power_supply/BAT0/status", "Charging\n");
        _machine.Read(batteries);
        Assert.Equal(("Charging", 7.25), (_machine.Text("battery.BAT0/status"), _machine.Number("battery.BAT0/power")));
    }

    [Fact]
    public void A_file_that_goes_and_comes_back_is_read_again()
    {
        using var memory = new MemorySensors(_machine.Machine);
        _machine.Read(memory);
        var sequence = _machine.Hub.Get("/device/here.system.memory/used")!.Sequence;
        _machine.Write("proc/meminfo", "");
        _machine.Read(memory);
        File.Delete(_machine.PathOf("proc/meminfo"));
        _machine.Read(memory);
        Assert.Equal(sequence, _machine.Hub.Get("/device/here.system.memory/used")!.Sequence);
        _machine.Write("proc/meminfo", ProcSamples.OldMemory);
        _machine.Read(memory);
        Assert.Equal(448776 * 1024d, _machine.Number("memory/total"));
    }

    [Fact]
    public void A_file_larger_than_its_buffer_is_read_whole()
    {
        _machine.Write("proc/large", new string('x', 5000));
        using var file = new ProcFile(_machine.PathOf("proc/large"));
        Assert.True(file.TryRead(out var text));
        Assert.Equal(5000, text.Length);
        using var folder = new ProcFile(_machine.PathOf("proc"));
        Assert.False(folder.TryRead(out _));
    }

    public void Dispose() => _machine.Dispose();

    private void ReadUntilSearched(FolderSensors sensors)
    {
        for (var i = 0; i < 6; i++) _machine.Read(sensors);
    }

    private sealed class Near : IEqualityComparer<(double, double, double)>
    {
        public bool Equals((double, double, double) x, (double, double, double) y) =>
            Math.Abs(x.Item1 - y.Item1) < 0.01 && Math.Abs(x.Item2 - y.Item2) < 0.01 && Math.Abs(x.Item3 - y.Item3) < 0.01;

        public int GetHashCode((double, double, double) obj) => 0;
    }
}
