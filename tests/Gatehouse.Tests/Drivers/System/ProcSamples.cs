using System.Text;

namespace Gatehouse.Tests.Drivers.System;

/// <summary>What kernels really say: a Raspberry Pi with 4.4, a newer one, a PC.</summary>
internal static class ProcSamples
{
    public static byte[] Stat { get; } = Bytes("""
        cpu  17742 426 6224 366348 358 0 102 15 0 0
        cpu0 8179 191 2923 184236 41 0 33 6 0 0
        cpu1 9562 234 3301 182111 316 0 69 8 0 0
        intr 601774 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        ctxt 1870508
        btime 1795259473
        processes 8465
        procs_running 1
        procs_blocked 0
        softirq 260469 0 41646 6 24452 51204 0 3 77668 0 65490
        """);

    /// <summary>Kernel 2.4 and some containers: no columns after idle.</summary>
    public static byte[] ShortStat { get; } = Bytes("""
        cpu  100 10 40 850
        cpu0 100 10 40 850
        """);

    /// <summary>Kernel 4.4 on a Raspberry Pi 2.</summary>
    public static byte[] PiMemory { get; } = Bytes("""
        MemTotal:         947732 kB
        MemFree:          131020 kB
        MemAvailable:     692116 kB
        Buffers:           58876 kB
        Cached:           530180 kB
        SwapCached:            0 kB
        Active:           459688 kB
        Inactive:         260580 kB
        Shmem:             24500 kB
        Slab:              77064 kB
        SReclaimable:      65052 kB
        SUnreclaim:        12012 kB
        SwapTotal:        102396 kB
        SwapFree:          92396 kB
        CmaTotal:           8192 kB
        CmaFree:            1492 kB
        """);

    /// <summary>Kernel 3.2: it does not say what is available.</summary>
    public static byte[] OldMemory { get; } = Bytes("""
        MemTotal:         448776 kB
        MemFree:           72836 kB
        Buffers:           30292 kB
        Cached:           258828 kB
        Shmem:               772 kB
        SReclaimable:      19440 kB
        SwapTotal:             0 kB
        SwapFree:              0 kB
        """);

    /// <summary>14 columns, kernel 4.9 on a Raspberry Pi with a stick.</summary>
    public static byte[] PiDisks { get; } = Bytes("""
           1       0 ram0 0 0 0 0 0 0 0 0 0 0 0
           7       0 loop0 0 0 0 0 0 0 0 0 0 0 0
         179       0 mmcblk0 9262 4265 671466 49530 4431 6302 175106 87540 0 35930 137030
         179       1 mmcblk0p1 124 1016 5316 310 1 0 1 0 0 280 310
         179       2 mmcblk0p2 9105 3249 664046 49180 4430 6302 175105 87540 0 35850 136680
         179      32 mmcblk0boot0 10 0 80 10 0 0 0 0 0 10 10
           8       0 sda 181 0 9240 420 3 0 24 20 0 380 440
           8       1 sda1 120 0 4360 300 3 0 24 20 0 300 320
        """);

    /// <summary>20 columns, kernel 5.5 and later.</summary>
    public static byte[] PcDisks { get; } = Bytes("""
         259       0 nvme0n1 216353 71284 15893842 48031 524178 361205 35914408 611044 0 301972 722384 0 0 0 0 38911 63308
         259       1 nvme0n1p1 311 1203 15266 78 2 0 2 0 0 120 78 0 0 0 0 0 0
         253       0 zram0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
         252       0 dm-0 280144 0 15870114 60028 869124 0 35914400 1390020 0 303016 1450048 0 0 0 0 0 0
           9       0 md0 10 0 80 0 10 0 80 0 0 0 0 0 0 0 0 0 0
          11       0 sr0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
         254       0 vda 42578 9598 4912186 12951 16013 19225 5411064 12693 0 6556 26409 5551 43 379408 513 3224 251
        """);

    public static byte[] Network { get; } = Bytes("""
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo: 35801760    7427    0    0    0     0          0         0 35801760    7427    0    0    0     0       0          0
          eth0:18446744073709551615 12345678901 3 0 0 0 0 17 9007199254740993 987654321 4 0 0 0 0 0
        wlan0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        eth0.100:    1000       10    0    0    0     0          0         0     2000       20    0    0    0     0       0          0
        """);

    public static byte[] Mounts { get; } = Bytes("""
        22 27 0:21 / /proc rw,relatime - proc proc rw
        23 27 0:22 / /sys rw,relatime - sysfs sysfs rw
        25 24 0:23 / /dev/shm rw,relatime - tmpfs tmpfs rw,size=24684092k
        27 1 179:2 / / rw,noatime shared:1 - ext4 /dev/root rw
        40 27 179:1 / /boot rw,relatime shared:30 master:2 - vfat /dev/mmcblk0p1 rw,fmask=0022
        41 27 179:1 /overlays /srv/overlays rw,relatime - vfat /dev/mmcblk0p1 rw
        42 27 8:1 / /media/pi/My\040Stick\134a rw,nosuid,nodev,relatime shared:31 - fuseblk /dev/sda1 rw,user_id=0
        43 27 7:0 / /snap/core/1 ro,nodev,relatime - squashfs /dev/loop0 ro
        44 27 0:50 / /mnt/nas rw,relatime - nfs4 nas.local:/export rw,vers=4.2
        45 27 0:51 / /var/lib/docker/overlay2/x/merged rw,relatime - overlay overlay rw
        46 27 0:52 / /run/user/1000/doc rw - fuse.portal portal rw
        47 27 0:53 / /none rw - autofs
        48 27 0:54 /@home /home rw - btrfs /dev/sdb1 rw,subvol=/@home
        49 27 0:55 /@ /data rw - btrfs /dev/sdb1 rw,subvol=/@
        50 27 0:56 / /tank rw - zfs tank rw
        51 27 254:9 / /img rw - ext4 /dev/loop7 rw
        """);

    public static byte[] LoadAverage { get; } = Bytes("0.31 0.59 0.35 1/99 8461\n");

    public static byte[] Uptime { get; } = Bytes("1984.42 3661.01\n");

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"));
}
