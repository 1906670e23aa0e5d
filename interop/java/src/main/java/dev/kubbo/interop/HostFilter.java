package dev.kubbo.interop;

import org.apache.dubbo.common.constants.CommonConstants;
import org.apache.dubbo.common.extension.Activate;
import org.apache.dubbo.rpc.BaseFilter;
import org.apache.dubbo.rpc.Filter;
import org.apache.dubbo.rpc.Invocation;
import org.apache.dubbo.rpc.Invoker;
import org.apache.dubbo.rpc.Result;

/** Adds a response attachment to every answer, also to exceptions: the pod that gave it. */
@Activate(group = CommonConstants.PROVIDER)
public final class HostFilter implements Filter, BaseFilter.Listener {
    public static final String ATTACHMENT = "kubbo-host";

    @Override
    public Result invoke(Invoker<?> invoker, Invocation invocation) {
        return invoker.invoke(invocation);
    }

    @Override
    public void onResponse(Result result, Invoker<?> invoker, Invocation invocation) {
        result.setAttachment(ATTACHMENT, Env.hostname());
    }

    @Override
    public void onError(Throwable error, Invoker<?> invoker, Invocation invocation) {}
}
