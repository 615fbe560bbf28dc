using KThreadRuntime;

// A small program that uses the common primitives; what the trimmer keeps of the library is what these need.
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
Console.WriteLine($"{Lockdep.IsSupported} {thread.Stop()}");
