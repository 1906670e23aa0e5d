package dev.kubbo.interop;

import dev.kubbo.interop.v1.ChatReply;
import dev.kubbo.interop.v1.ChatRequest;
import dev.kubbo.interop.v1.CountUpReply;
import dev.kubbo.interop.v1.CountUpRequest;
import dev.kubbo.interop.v1.DubboEchoServiceTriple;
import dev.kubbo.interop.v1.EchoReply;
import dev.kubbo.interop.v1.EchoRequest;
import dev.kubbo.interop.v1.FailReply;
import dev.kubbo.interop.v1.FailRequest;
import dev.kubbo.interop.v1.SleepReply;
import dev.kubbo.interop.v1.SleepRequest;
import dev.kubbo.interop.v1.SumReply;
import dev.kubbo.interop.v1.SumRequest;
import java.util.Locale;
import org.apache.dubbo.common.stream.StreamObserver;
import org.apache.dubbo.rpc.RpcContext;
import org.apache.dubbo.rpc.TriRpcStatus;

/** What echo.proto says, on Dubbo's generated base class. */
public final class EchoServiceReference extends DubboEchoServiceTriple.EchoServiceImplBase {
    @Override
    public EchoReply echo(EchoRequest request) {
        EchoReply.Builder reply = EchoReply.newBuilder().setRequest(request).setHost(Env.hostname());
        RpcContext.getServerAttachment().getObjectAttachments().forEach((key, value) -> {
            reply.putAttachments(key, String.valueOf(value));
        });
        return reply.build();
    }

    @Override
    public SleepReply sleep(SleepRequest request) {
        pause(request.getDelayMs());
        return SleepReply.newBuilder().setSleptMs(request.getDelayMs()).setHost(Env.hostname()).build();
    }

    @Override
    public FailReply fail(FailRequest request) {
        if (request.getCode() == 0) throw new IllegalStateException(request.getMessage());
        throw status(request.getCode(), request.getMessage());
    }

    @Override
    public void countUp(CountUpRequest request, StreamObserver<CountUpReply> replies) {
        for (int i = 0; i < request.getCount(); i++) {
            if (request.getFailAfter() > 0 && i == request.getFailAfter()) {
                replies.onError(status(TriRpcStatus.Code.FAILED_PRECONDITION.code, "failed after " + i));
                return;
            }
            if (i > 0) pause(request.getDelayMs());
            replies.onNext(CountUpReply.newBuilder().setNumber(request.getFrom() + i).setHost(Env.hostname()).build());
        }
        replies.onCompleted();
    }

    @Override
    public StreamObserver<SumRequest> sum(StreamObserver<SumReply> replies) {
        return new StreamObserver<>() {
            private long sum;
            private int count;

            @Override
            public void onNext(SumRequest request) {
                sum += request.getNumber();
                count++;
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {
                replies.onNext(SumReply.newBuilder().setSum(sum).setCount(count).setHost(Env.hostname()).build());
                replies.onCompleted();
            }
        };
    }

    @Override
    public StreamObserver<ChatRequest> chat(StreamObserver<ChatReply> replies) {
        return new StreamObserver<>() {
            private int index;

            @Override
            public void onNext(ChatRequest request) {
                String text = request.getText().toUpperCase(Locale.ROOT);
                replies.onNext(ChatReply.newBuilder().setText(text).setIndex(index++).setHost(Env.hostname()).build());
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {
                replies.onCompleted();
            }
        };
    }

    private static RuntimeException status(int code, String message) {
        return TriRpcStatus.fromCode(code).withDescription(message).asException();
    }

    private static void pause(int ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
