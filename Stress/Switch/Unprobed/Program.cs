using KThreadRuntime;

// A small program that uses every primitive; what the trimmer keeps of the library is what these need.
var mutex = new KMutex(name: "mutex");
var semaphore = new KRwSemaphore(name: "semaphore");
var done = new Completion(name: "done");
using KThread thread = KThread.Run(_ =>
{
    mutex.Acquire();
    mutex.Release();
    semaphore.AcquireRead();
    semaphore.ReleaseRead();
    done.Complete();
    return 7;
});
done.Wait();

var spin = new KSpinLock();
spin.Acquire();
var raw = new KRawSpinLock();
raw.Acquire();
raw.Release();
spin.Release();
var rw = new KRwLock();
rw.AcquireWrite();
rw.ReleaseWrite();
var rt = new KRtMutex();
rt.Acquire();
rt.Release();
var local = new KLocalLock();
local.Acquire();
local.Release();
var ww = new WwClass();
var wound = new WwMutex(ww);
using (var acquires = new WwAcquireContext(ww))
{
    wound.Acquire(acquires);
    wound.Release();
}

var units = new KSemaphore(1);
await units.AcquireAsync();
units.Release();
var gate = new KAsyncMutex();
using (await gate.AcquireAsync())
{
    done.Reinitialize();
    Task signalled = done.WaitAsync();
    done.CompleteAll();
    await signalled;
}

await using (KThreadWorker worker = KThreadWorker.Create())
{
    var work = new KThreadWork(_ => { });
    worker.Queue(work);
    worker.FlushWork(work);
}

Console.WriteLine($"{Lockdep.IsSupported} {thread.Stop()}");
